# The mock as a container: `docker build --tag creditkit .`, then `docker run --rm --publish 8000:8000 creditkit`.
# Every option is a variable of the environment, as docs/mock.md names them.

FROM python:3.13.9-slim-trixie AS build
WORKDIR /kit
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
# What the kit needs changes less often than the kit, and stays in a layer of its own.
COPY pyproject.toml constraints.txt ./
RUN python -m venv /opt/creditkit \
 && python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["dependencies"], sep="\n")' \
      > requirements.txt \
 && /opt/creditkit/bin/pip install --only-binary :all: --constraint constraints.txt --requirement requirements.txt
COPY . .
RUN PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt \
    /opt/creditkit/bin/pip install --no-deps . \
 && /opt/creditkit/bin/python -m pip uninstall --yes pip

FROM python:3.13.9-slim-trixie
LABEL org.opencontainers.image.title="creditkit" \
      org.opencontainers.image.description="A mock of Waldur's Customer Credits API, held to its contract" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /opt/creditkit /opt/creditkit
# /data is for worlds that last: mount something there and name a file in it with CREDITKIT_DATA.
RUN useradd --system --uid 10001 --no-create-home creditkit \
 && install --directory --owner creditkit /data
ENV PATH=/opt/creditkit/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    CREDITKIT_HOST=0.0.0.0 \
    CREDITKIT_PORT=8000
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ['CREDITKIT_PORT']}/openapi.json\", timeout=2)"]
STOPSIGNAL SIGINT
ENTRYPOINT ["creditkit"]
CMD ["mock"]
