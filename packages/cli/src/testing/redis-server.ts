import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { onTestFinished } from 'vitest'

/** Debian's package is `redis-server`; `valkey-server` would do as well. */
export const redisFound = (() => {
  try {
    execFileSync('redis-server', ['--version'])
    return true
  } catch {
    return false
  }
})()

/** To be put behind the name of tests that need the server. */
export const unlessRedis = redisFound ? '' : ', unless there is no redis-server'

/** A real Redis server on a free port of this machine, in a folder of its own. It ends with the test. */
export class RedisServer {
  readonly url: string
  readonly #port: number
  readonly #options: readonly string[]
  #process: ChildProcess | undefined

  private constructor(port: number, password: string | undefined, options: readonly string[]) {
    this.#port = port
    this.url = `redis://${password === undefined ? '' : `:${password}@`}127.0.0.1:${port}`
    this.#options = [...options, ...(password === undefined ? [] : ['--requirepass', password])]
  }

  static async started(password?: string, options?: readonly string[]): Promise<RedisServer> {
    const server = await RedisServer.begun(password, options)
    onTestFinished(() => server.stop())
    return server
  }

  /** As `started`, for whoever stops it. */
  static async begun(password?: string, options: readonly string[] = []): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), password, options)
    await server.start()
    return server
  }

  /** Starts it, empty. */
  async start(): Promise<void> {
    const port = this.#port
    const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '']
    this.#process = spawn('redis-server', [...settings, ...this.#options], {
      cwd: tmpdir(),
      stdio: 'ignore',
    })
    while (!(await answers(port))) await new Promise((next) => setTimeout(next, 20))
  }

  /** Ends it at once; what it held is lost. */
  async stop(): Promise<void> {
    const process = this.#process
    this.#process = undefined
    if (!process) return
    process.kill('SIGKILL')
    await once(process, 'exit')
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
