// Scalar's mock server on a port: node scalar.mjs CONTRACT PORT
import { readFile } from 'node:fs/promises'
import { serve } from '@hono/node-server'
import { createMockServer } from '@scalar/mock-server'

const [contract, port] = process.argv.slice(2)
const specification = JSON.parse(await readFile(contract, 'utf8'))
const app = await createMockServer({ specification })
serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(port) })
