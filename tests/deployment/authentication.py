"""Who sends a request: `Authorization: Token …`, a bearer token that is never good, or a session."""

from django.utils import timezone
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, TokenAuthentication, get_authorization_header

from .models import Token


class ExpiringTokenAuthentication(TokenAuthentication):
    model = Token

    def authenticate(self, request):
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"token":
            return None
        if len(words) == 1:
            raise exceptions.AuthenticationFailed("Invalid token. No credentials provided.")
        if len(words) > 2:
            raise exceptions.AuthenticationFailed("Invalid token. Token string should not contain spaces.")
        return super().authenticate(request)

    def authenticate_credentials(self, key):
        token = Token.objects.select_related("user").filter(key=key.replace("\x00", "")).first()
        if token is None:
            raise exceptions.AuthenticationFailed("Invalid token.")
        if token.expires and token.expires < timezone.now():
            raise exceptions.AuthenticationFailed("Token has expired.")
        return token.user, token


class BearerAuthentication(BaseAuthentication):
    """OpenID Connect without a provider: no bearer token holds."""

    def authenticate(self, request):
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        if len(words) > 2:
            raise exceptions.AuthenticationFailed("Invalid token. Token string should not contain spaces.")
        raise exceptions.AuthenticationFailed("Invalid JWT token.")
