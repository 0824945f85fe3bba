import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { KeyValueStore } from '@quorate/core/machines'
import { expect, onTestFinished, test } from 'vitest'
import { freePorts } from '../free-ports.ts'
import { Transport } from '../network/transport.ts'
import { ProcessHost } from '../process-host.ts'
import { Disk, DiskFile } from '../storage/disk.ts'
import { until } from '../testing/raw-peer.ts'
import { script } from '../testing/script.protocol.ts'
import { rawClient, startSingleNode } from '../testing/single-node.ts'
import { temporaryDirectory } from '../testing/temporary-directory.ts'
import { ClientPort } from './client-port.ts'
import { maxLineBytes } from './line-format.ts'

/** Says these lines at once, ends the sending side, and returns the lines of the answer. */
async function say(port: number, lines: string): Promise<string[]> {
  const { socket, answers } = rawClient(port)
  socket.end(lines)
  await once(socket, 'close')
  return answers().split('\n').slice(0, -1)
}

async function startLeader() {
  const started = await startSingleNode(1)
  const port = started.options.clientPort
  while ((await say(port, 'put ready yes\n'))[0] !== 'ok');
  return { ...started, port }
}

test('lines without a name are answered in order, however many come at once', async () => {
  const { port } = await startLeader()
  const count = 500
  const keys = Array.from({ length: count }, (_, i) => i)
  const lines = keys.map((i) => `put key${i} ${i}\nget key${i}\n`).join('')
  const expected = keys.flatMap((i) => ['ok', `ok ${i}`])
  expect(await say(port, lines)).toEqual(expected)
})

test('lines with names are all answered, each under its name', async () => {
  const { port } = await startLeader()
  const names = Array.from({ length: 5_000 }, (_, i) => `@${1_000 + i}:1`)
  const lines = names.map((name) => `${name} put ${name} x\n`).join('')
  const answers = await say(port, lines)
  expect(answers.sort()).toEqual(names.map((name) => `${name} ok`).sort())
})

test('a line that never ends is cut off, and random bytes harm nobody else', async () => {
  const { port, failures } = await startLeader()
  const endless = rawClient(port)
  const megabyte = Buffer.alloc(1 << 20, 'x')
  for (let sent = 0; sent <= maxLineBytes; sent += megabyte.length) endless.socket.write(megabyte)
  await once(endless.socket, 'close')
  expect(endless.answers()).toBe(`error a line of more than ${maxLineBytes} bytes\n`)

  for (let i = 0; i < 50; i += 1) {
    const noise = rawClient(port)
    noise.socket.end(randomBytes(1 + i * 100))
    await once(noise.socket, 'close')
  }
  expect(await say(port, 'get ready\n')).toEqual(['ok yes'])
  expect(failures).toEqual([])
})

test('a client that does not read its answers is not read either', async () => {
  const { port } = await startLeader()
  await say(port, `put large ${'x'.repeat(1 << 20)}\n`)
  const { socket } = rawClient(port)
  socket.pause()
  const lines = Array.from({ length: 400 }, (_, i) => `@9:${i + 1} get large\n`).join('')
  socket.write(lines.repeat(10))
  // The node answers the others meanwhile, and holds no gigabytes for this one.
  for (let i = 0; i < 20; i += 1) expect(await say(port, 'get ready\n')).toEqual(['ok yes'])
  expect(process.memoryUsage().arrayBuffers).toBeLessThan(500 << 20)
})

/** A node that records what is put, and answers nothing. */
async function startSilentNode(options: { answerTimeoutMs?: number; disk?: Disk }) {
  const [peerPort = 0, port = 0] = await freePorts(2)
  const protocol = script
  const transport = new Transport({
    party: {
      protocol: 'script',
      cluster: '',
      self: 0,
      nodes: 1,
      clientPort: port,
      keys: undefined,
    },
    addresses: [{ host: '127.0.0.1', port: peerPort }],
    receive: () => {},
  })
  const host = await ProcessHost.start({
    protocol,
    self: 0,
    nodes: 1,
    parameters: {},
    directory: temporaryDirectory(),
    network: {
      send: () => {},
      pause: () => clients.pause(),
      resume: () => clients.resume(),
    },
    application: new KeyValueStore(),
    failed: (error) => expect.unreachable(error.message),
    ...(options.disk && { disk: options.disk }),
  })
  const clients = new ClientPort({
    protocol,
    host,
    transport,
    bind: '127.0.0.1',
    port,
    allowFaults: false,
    answerTimeoutMs: options.answerTimeoutMs ?? 3_600_000,
  })
  await clients.start()
  onTestFinished(async () => {
    await clients.stop()
    await host.stop()
  })
  return { host, port }
}

test('a request that gets no answer is given up as unknown', async () => {
  const { port } = await startSilentNode({ answerTimeoutMs: 50 })
  expect(await say(port, 'put k v\n@1:1 put k v\nput k v\n')).toEqual([
    'unknown no answer in time',
    '@1:1 unknown no answer in time',
    'unknown no answer in time',
  ])
})

/** A disk whose syncs can be held up. */
class StalledDisk extends Disk {
  stalled: Promise<void> = Promise.resolve()

  override async open(path: string, how: 'existing' | 'create'): Promise<DiskFile> {
    return new StalledFile((await super.open(path, how)).handle, this)
  }
}

class StalledFile extends DiskFile {
  readonly #disk: StalledDisk

  constructor(handle: DiskFile['handle'], disk: StalledDisk) {
    super(handle)
    this.#disk = disk
  }

  override async sync(): Promise<void> {
    await this.#disk.stalled
    await super.sync()
  }
}

test('while the disk stalls clients are not read, and nothing of what they sent is lost', async () => {
  const disk = new StalledDisk()
  const { host, port } = await startSilentNode({ disk })
  const { promise, resolve } = Promise.withResolvers<void>()
  disk.stalled = promise
  const { socket } = rawClient(port)
  const value = 'x'.repeat(1 << 20)
  for (let i = 0; i < 60; i += 1) socket.write(`@${i}:1 put k ${value}\n`)
  await until(() => host.positions.recorded >= 16)
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(host.positions.recorded).toBeLessThan(20)
  resolve()
  await until(() => host.positions.durable === 60)
})

test('a request is done even if the client does not wait for the answer', async () => {
  const { port } = await startLeader()
  const { socket } = rawClient(port)
  socket.write('@3:1 put left behind\n', () => socket.destroy())
  let answer = ''
  while (answer !== 'ok behind') answer = (await say(port, 'get left\n'))[0] ?? ''
})
