// What the documented types become in the generated client. Nothing runs here: `tsc` is the test.
import type {
  CreateCustomerCredit,
  CreateCustomerCreditRequest,
  CustomerCredit,
  CustomerCreditConsumption,
  CustomerCreditRequest,
  CustomerCreditsListResponses,
  NestedProviderOffering,
  PatchedCreateCustomerCreditRequest,
} from './client';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Holds<T extends true> = T;

type Logic = 'fixed' | 'linear';

// Answers: every field is always there, decimals are strings, sums are numbers.
type Read = {
  readonly uuid: string;
  readonly url: string;
  value: string;
  customer: string;
  readonly customer_name: string;
  readonly customer_uuid: string;
  readonly customer_slug: string;
  end_date: string | null;
  expected_consumption: string;
  readonly minimal_consumption: number;
  minimal_consumption_logic: Logic;
  grace_coefficient: string;
  apply_as_minimal_consumption: boolean;
  readonly allocated_to_projects: number;
  readonly consumption_last_month: number | null;
};

// Requests: of all fields only `customer` is required.
type Optional = {
  value?: string;
  end_date?: string | null;
  expected_consumption?: string;
  minimal_consumption_logic?: Logic;
  grace_coefficient?: string;
  apply_as_minimal_consumption?: boolean;
};

export type Checks = [
  Holds<Equal<Omit<CustomerCredit, 'offerings'>, Read>>,
  Holds<Equal<CustomerCredit['offerings'], Array<NestedProviderOffering>>>,
  Holds<Equal<Omit<CreateCustomerCredit, 'offerings'>, Read>>,
  Holds<Equal<CreateCustomerCredit['offerings'], Array<string>>>,
  Holds<Equal<NestedProviderOffering, { readonly uuid: string; readonly url: string; type: string; name: string }>>,
  Holds<Equal<CustomerCreditConsumption, { readonly date: string; readonly price: string }>>,
  Holds<Equal<CustomerCreditsListResponses[200], Array<CustomerCredit>>>,
  Holds<Equal<Pick<CreateCustomerCreditRequest, keyof Optional>, Optional>>,
  Holds<Equal<Pick<CreateCustomerCreditRequest, 'customer' | 'offerings'>, { customer: string; offerings?: Array<string> }>>,
  Holds<Equal<Pick<CustomerCreditRequest, keyof Optional>, Optional>>,
  Holds<Equal<Pick<PatchedCreateCustomerCreditRequest, keyof Optional>, Optional>>,
  Holds<Equal<Pick<PatchedCreateCustomerCreditRequest, 'customer'>, { customer?: string }>>,
];
