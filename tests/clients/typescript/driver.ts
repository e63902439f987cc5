// Calls one documented operation as the page's snippets do, and prints what came back as one line of JSON.
//
//   node build/driver.js '{"operation": "retrieve", "baseUrl": "…", "token": "…", "uuid": "…", "customer": "…"}'
//
// `uuid` is the credit's; `customer` is a hyperlink. Only the operations that need them read them.
import { client } from './client/client.gen';
import {
  customerCreditsApplyCompensations,
  customerCreditsClearCompensations,
  customerCreditsConsumptionsList,
  customerCreditsCreate,
  customerCreditsDestroy,
  customerCreditsList,
  customerCreditsPartialUpdate,
  customerCreditsRetrieve,
  customerCreditsUpdate,
} from './client';

type Request = { operation: string; baseUrl: string; token: string; uuid: string; customer: string };

const { operation, baseUrl, token, uuid, customer }: Request = JSON.parse(process.argv[2] ?? '');

client.setConfig({ baseUrl });

const auth = `Token ${token}`;
const path = { uuid };
const body = { customer };

const calls: Record<string, () => Promise<{ data: unknown; response: Response }>> = {
  list: () => customerCreditsList({ auth }),
  retrieve: () => customerCreditsRetrieve({ auth, path }),
  create: () => customerCreditsCreate({ auth, body }),
  update: () => customerCreditsUpdate({ auth, path, body }),
  partial_update: () => customerCreditsPartialUpdate({ auth, path }),
  destroy: () => customerCreditsDestroy({ auth, path }),
  consumptions_list: () => customerCreditsConsumptionsList({ auth, path }),
  apply_compensations: () => customerCreditsApplyCompensations({ auth, path, body }),
  clear_compensations: () => customerCreditsClearCompensations({ auth, path, body }),
};

const call = calls[operation];
if (!call) {
  throw new Error(`no such operation: ${operation}`);
}
// The client throws for any answer but 2xx, and Node then ends with an error.
void call().then(({ data, response }) => console.log(JSON.stringify({ status: response.status, data })));
