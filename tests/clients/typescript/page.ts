// What a frontend does first, in a browser and from another origin. What it saw it leaves in `window.seen`.
//
//   page.html#{"baseUrl": "…", "staff": "…", "owner": "…", "customer": "…", "control": "…"}
//
// `staff` and `owner` are tokens, and so is `control`, that of the mock's control API; `customer` is a hyperlink
// of one that has no credit.
import {
  customerCreditsCreate,
  customerCreditsList,
  customerCreditsPartialUpdate,
  customerCreditsRetrieve,
} from './client';
import { client } from './client/client.gen';

type Given = { baseUrl: string; staff: string; owner: string; customer: string; control: string };

const given: Given = JSON.parse(decodeURIComponent(location.hash.slice(1)));
const auth = `Token ${given.staff}`;

client.setConfig({ baseUrl: given.baseUrl });

async function listed(page: number) {
  const { data, response } = await customerCreditsList({ auth, query: { page, page_size: 5 } });
  const link = response.headers.get('Link') ?? '';
  return {
    count: Number(response.headers.get('X-Result-Count')),
    uuids: data.map((credit) => credit.uuid),
    next: Number(/[?&]page=(\d+)[^>]*>; rel="next"/.exec(link)?.[1] ?? 0),
  };
}

async function paged() {
  const pages = [];
  for (let page = 1; page > 0; page = pages[pages.length - 1].next) {
    pages.push(await listed(page));
  }
  return pages;
}

async function valueOf(uuid: string) {
  return Number((await customerCreditsRetrieve({ auth, path: { uuid } })).data.value);
}

// What everybody waits for, and nobody has time for: the end of a month.
async function month(uuid: string) {
  const before = await valueOf(uuid);
  const answer = await fetch(`${given.baseUrl}/_mock/clock/advance`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${given.control}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ months: 1 }),
  });
  return { status: answer.status, before, after: await valueOf(uuid) };
}

async function run() {
  const pages = await paged();
  const made = await customerCreditsCreate({ auth, body: { customer: given.customer, value: '5000' } });
  const path = { uuid: made.data.uuid ?? '' };
  const change = { path, body: { value: '-1' }, throwOnError: false } as const;
  const bad = await customerCreditsPartialUpdate({ ...change, auth });
  const forbidden = await customerCreditsPartialUpdate({ ...change, auth: `Token ${given.owner}` });
  const wish = { path, auth, headers: { Prefer: 'example=usedUp' } };
  const forced = await customerCreditsRetrieve(wish);
  return {
    pages,
    made: { status: made.response.status, location: made.response.headers.get('Location'), url: made.data.url },
    bad: { status: bad.response.status, error: bad.error },
    forbidden: { status: forbidden.response.status, error: forbidden.error },
    month: await month(pages[0].uuids[0] ?? ''),
    forced: { value: forced.data.value, answer: forced.response.headers.get('X-Mock-Answer') },
  };
}

void run().then(
  (seen) => Object.assign(window, { seen }),
  (error) => Object.assign(window, { seen: { failed: String(error?.message ?? JSON.stringify(error)) } }),
);
