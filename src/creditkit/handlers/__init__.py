"""Handlers: one function for each operationId of the contracts.

Each unpacks a `Call`, asks the store, and makes a `Reply`. What the API is, is said by the contracts;
what the world's rules are, by the store; here the two are put together and nothing more.
"""

from .call import Call as Call
from .call import Input as Input
from .call import Links as Links
from .call import Reply as Reply
from .call import links_of as links_of
from .customer_credits import customer_credits_apply_compensations as customer_credits_apply_compensations
from .customer_credits import customer_credits_clear_compensations as customer_credits_clear_compensations
from .customer_credits import customer_credits_consumptions_list as customer_credits_consumptions_list
from .customer_credits import customer_credits_count as customer_credits_count
from .customer_credits import customer_credits_create as customer_credits_create
from .customer_credits import customer_credits_destroy as customer_credits_destroy
from .customer_credits import customer_credits_list as customer_credits_list
from .customer_credits import customer_credits_partial_update as customer_credits_partial_update
from .customer_credits import customer_credits_retrieve as customer_credits_retrieve
from .customer_credits import customer_credits_update as customer_credits_update
from .paging import LARGEST_PAGE as LARGEST_PAGE
from .paging import PAGE_SIZE as PAGE_SIZE
from .paging import Query as Query
from .paging import headers_of as headers_of
from .paging import page_of as page_of
from .supporting import customers_list as customers_list
from .supporting import customers_retrieve as customers_retrieve
from .supporting import marketplace_provider_offerings_list as marketplace_provider_offerings_list
from .supporting import marketplace_provider_offerings_retrieve as marketplace_provider_offerings_retrieve
