// The generator of Waldur's own TypeScript client, set up as Waldur does. Up to 0.80.14 the text in `auth` goes
// out as it is, for the first security scheme of an operation, and the documented snippets rely on that; from
// 0.80.15 on the second scheme, a bearer token, overwrites it.
export default {
  input: process.env.CREDITKIT_CONTRACT ?? '../../../openapi.yaml',
  output: 'client',
  parser: { transforms: { readWrite: { enabled: false } } },
  plugins: [{ name: '@hey-api/client-fetch', throwOnError: true }, '@hey-api/sdk', '@hey-api/typescript'],
  logs: { level: 'warn' },
};
