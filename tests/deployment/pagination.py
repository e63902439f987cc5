"""Pages: the body is the list alone, and headers say how many there are and where the others begin."""

from rest_framework.pagination import PageNumberPagination
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param


class LinkHeaderPagination(PageNumberPagination):
    page_size_query_param = "page_size"
    max_page_size = 300

    def get_paginated_response(self, data):
        url = self.request.build_absolute_uri()
        links = {
            "first": remove_query_param(url, self.page_query_param),
            "prev": self.get_previous_link(),
            "next": self.get_next_link(),
            "last": replace_query_param(url, self.page_query_param, self.page.paginator.num_pages)
            if self.page.paginator.num_pages > 1
            else remove_query_param(url, self.page_query_param),
        }
        return Response(
            data,
            headers={
                "X-Result-Count": str(self.page.paginator.count),
                "Link": ", ".join(f'<{to}>; rel="{rel}"' for rel, to in links.items() if to),
            },
        )
