import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const types: { readonly [extension: string]: string } = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** The page must do with its own files: nothing inline, nothing from elsewhere, no code from text. */
const policy =
  "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self'"

/** In no folder of its own, as on a shared web site. */
const folder = '/some/where/lab/'

export interface BuiltPage {
  readonly url: string
  close(): Promise<void>
}

/** Builds the page as it is published, and serves it on this machine. */
export async function buildAndServe(): Promise<BuiltPage> {
  const files = mkdtempSync(join(tmpdir(), 'quorate-lab-'))
  await build({
    configFile: fileURLToPath(new URL('../../vite.config.ts', import.meta.url)),
    logLevel: 'warn',
    build: { outDir: files },
  })
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const name = pathname === folder ? 'index.html' : pathname.replace(folder, '')
    try {
      const content = readFileSync(join(files, name))
      response.setHeader('content-type', types[extname(name)] ?? 'application/octet-stream')
      response.setHeader('content-security-policy', policy)
      response.end(content)
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}${folder}`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      rmSync(files, { recursive: true })
    },
  }
}
