import { mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { DecodeError } from '@quorate/core/model'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { freePorts } from '../free-ports.ts'
import { RawPeer, until } from '../testing/raw-peer.ts'
import { temporaryDirectory } from '../testing/temporary-directory.ts'
import { writeFrame } from './frame-writer.ts'
import { encodeGreeting, type Party } from './handshake.ts'
import { ensureNodeKey, readNodeKeys, writePublicKeys } from './node-keys.ts'
import { Transport, type TransportEvent, type TransportOptions } from './transport.ts'

interface End {
  readonly transport: Transport
  readonly received: { from: number; text: string }[]
  readonly events: TransportEvent[]
}

const garbage = 'garbage'

/** Two ends, neither of them started. */
async function makeEnds(
  options: (
    node: number,
  ) => Partial<Omit<TransportOptions, 'party'>> & { party?: Partial<Party> } = () => ({}),
): Promise<{ ends: [End, End]; ports: [number, number] }> {
  const ports = (await freePorts(2)) as [number, number]
  const end = (self: number): End => {
    const received: End['received'] = []
    const events: TransportEvent[] = []
    const { party, ...others } = options(self)
    const transport = new Transport({
      addresses: ports.map((port) => ({ host: '127.0.0.1', port })),
      receive: (from, frame) => {
        const text = Buffer.from(frame).toString('latin1')
        if (text === garbage) throw new DecodeError('garbage')
        received.push({ from, text })
      },
      report: (event) => events.push(event),
      ...others,
      party: {
        protocol: 'test',
        cluster: 'c',
        self,
        nodes: 2,
        clientPort: 0,
        keys: undefined,
        ...party,
      },
    })
    onTestFinished(() => transport.stop())
    return { transport, received, events }
  }
  return { ends: [end(0), end(1)], ports }
}

function rawPeer(port: number): RawPeer {
  const peer = new RawPeer(port)
  onTestFinished(() => peer.close())
  return peer
}

test('messages arrive in order, short and long, also those sent before the peer was there', async () => {
  const { ends } = await makeEnds()
  const [a, b] = ends
  const sizes = [1, 10, 20_000, 3, 5_000_000, 70_000, 1, 100]
  const sent = sizes.map((size, i) => `${i}`.repeat(size).slice(0, size))
  for (const text of sent.slice(0, 4)) a.transport.send(1, Buffer.from(text))
  await a.transport.start()
  await b.transport.start()
  for (const text of sent.slice(4)) a.transport.send(1, Buffer.from(text))
  b.transport.send(0, Buffer.from('back'))
  await until(() => b.received.length === sent.length && a.received.length === 1)
  expect(b.received).toEqual(sent.map((text) => ({ from: 0, text })))
  expect(a.received).toEqual([{ from: 1, text: 'back' }])
  expect(a.transport.connected()).toEqual([1])
})

test('a peer that comes back is connected again', async () => {
  const { ends } = await makeEnds()
  const [a, b] = ends
  await a.transport.start()
  for (let life = 0; life < 3; life += 1) {
    await b.transport.start()
    await until(() => a.transport.connected().length === 1)
    a.transport.send(1, Buffer.from(`life ${life}`))
    await until(() => b.received.some(({ text }) => text === `life ${life}`))
    await b.transport.stop()
    await until(() => a.transport.connected().length === 0)
  }
})

test('nodes of another protocol, cluster or number are refused, and told why', async () => {
  const { ends, ports } = await makeEnds((self) =>
    self === 0 ? {} : { party: { protocol: 'other' } },
  )
  const [a, b] = ends
  await a.transport.start()
  await b.transport.start()
  await until(() => b.events.length > 0)
  expect(b.events[0]).toEqual({
    kind: 'disconnected',
    peer: 0,
    reason: "the peer refused: protocol 'other' is not 'test'",
  })
  const cases = [
    [{ cluster: 'd' }, "cluster 'd' is not 'c'"],
    [{ to: 1 }, "the node dialled, '1' is not '0'"],
    [{ from: 2 }, 'node 2 is not a peer: there are nodes 0 to 1'],
    [{ from: 0 }, 'node 0 is not a peer: there are nodes 0 to 1'],
    [{ version: 2 }, "version '2' is not '1'"],
    [{ magic: 'x' }, "the magic 'x' is not 'quorate'"],
    [{ challenge: new Uint8Array(3) }, 'a challenge of 3 bytes: it must have 32'],
  ] as const
  for (const [changes, reason] of cases) {
    const peer = rawPeer(ports[0])
    peer.hello(changes)
    await until(() => peer.isClosed)
    expect(peer.greetings).toEqual([{ kind: 'refused', reason }])
  }
})

test('where nodes have keys, who cannot sign is nobody', async () => {
  const directory = temporaryDirectory()
  const keyFile = join(directory, 'public-keys')
  const directories = [0, 1, 2].map((node) => join(directory, `${node}`))
  for (const each of directories) mkdirSync(each)
  const publicKeys = directories.map(ensureNodeKey)
  writePublicKeys(keyFile, publicKeys.slice(0, 2))
  const keysOf = (node: number) => readNodeKeys(directories[node] as string, keyFile, node, 2)
  const { ends, ports } = await makeEnds((self) => ({ party: { keys: keysOf(self) } }))
  const [a, b] = ends
  await a.transport.start()
  const impostor = rawPeer(ports[0])
  await impostor.enter()
  await until(() => impostor.isClosed)
  expect(impostor.greetings.at(-1)).toEqual({
    kind: 'refused',
    reason: 'you cannot prove that you are node 1',
  })
  await b.transport.start()
  b.transport.send(0, Buffer.from('genuine'))
  await until(() => a.received.length === 1)
  expect(a.received).toEqual([{ from: 1, text: 'genuine' }])
  expect(() => readNodeKeys(directories[2] as string, keyFile, 1, 2)).toThrow(
    'is not the private key of node 1',
  )
  expect(() => readNodeKeys(directories[0] as string, keyFile, 0, 3)).toThrow('has 2 lines')
})

test('random bytes end the connection they come on, and nothing else', async () => {
  const { ends, ports } = await makeEnds()
  const [a, b] = ends
  await a.transport.start()
  await b.transport.start()
  await until(() => b.transport.connected().length === 1)
  const noise = fc.uint8Array({ minLength: 1, maxLength: 5000, size: 'max' })
  for (const [i, bytes] of fc.sample(noise, 60).entries()) {
    const peer = rawPeer(ports[0])
    // Half of them with a plausible length in front, so that the decoder gets to see them.
    if (i % 2 === 0) peer.frame(bytes.subarray(0, 4_000))
    else peer.socket.write(bytes)
    peer.socket.end()
    await until(() => peer.isClosed)
  }
  b.transport.send(0, Buffer.from('still here'))
  await until(() => a.received.length === 1)
  expect(a.received).toEqual([{ from: 1, text: 'still here' }])
})

const attacks: [name: string, reason: string, payload: Uint8Array][] = [
  ['what is no message', 'garbage', Buffer.from(garbage)],
  [
    'a frame that is too long',
    'a frame of 1001 bytes: it must have 1 to 1000',
    new Uint8Array(1_001),
  ],
]
for (const [name, reason, payload] of attacks) {
  test(`a peer that sends ${name} is disconnected at once, and not let in again`, async () => {
    const { ends, ports } = await makeEnds(() => ({ banMs: 3_600_000, maxFrameBytes: 1_000 }))
    const [a] = ends
    await a.transport.start()
    const peer = rawPeer(ports[0])
    await peer.enter()
    peer.frame(Buffer.from('fine'))
    peer.frame(payload)
    peer.frame(Buffer.from('too late'))
    await until(() => peer.isClosed)
    const again = rawPeer(ports[0])
    again.hello({})
    await until(() => again.isClosed)
    expect(again.greetings).toEqual([{ kind: 'refused', reason: 'you sent garbage' }])
    expect(a.received.map(({ text }) => text)).toEqual(['fine'])
    expect(a.events.filter(({ kind }) => kind === 'misbehaved')).toEqual([
      { kind: 'misbehaved', peer: 1, reason },
    ])
  })
}

test('a ban ends', async () => {
  const { ends, ports } = await makeEnds(() => ({ banMs: 20 }))
  const [a] = ends
  await a.transport.start()
  const peer = rawPeer(ports[0])
  await peer.enter()
  peer.frame(Buffer.from(garbage))
  await until(() => peer.isClosed)
  while (a.received.length === 0) {
    const again = rawPeer(ports[0])
    await again.enter()
    again.frame(Buffer.from('back again'))
    await until(() => again.isClosed || a.received.length > 0)
  }
  expect(a.received[0]).toEqual({ from: 1, text: 'back again' })
})

test('a queue that is full drops the oldest messages', async () => {
  const { ends } = await makeEnds(() => ({ maxQueueBytes: 10_000 }))
  const [a, b] = ends
  for (let i = 0; i < 100; i += 1) {
    a.transport.send(1, Buffer.from(`${i} `.padEnd(1_000, 'x')))
  }
  expect(a.transport.dropped).toBe(90)
  await a.transport.start()
  await b.transport.start()
  await until(() => b.received.length === 10)
  const numbers = b.received.map(({ text }) => Number.parseInt(text, 10))
  expect(numbers).toEqual([90, 91, 92, 93, 94, 95, 96, 97, 98, 99])
})

test('a transport that is paused reads nothing more, however much is sent, and loses nothing it has taken', async () => {
  const { ends } = await makeEnds(() => ({ maxQueueBytes: 4 << 20 }))
  const [a, b] = ends
  await a.transport.start()
  await b.transport.start()
  a.transport.send(1, Buffer.from('first'))
  await until(() => b.received.length === 1)
  b.transport.pause()
  const payload = Buffer.alloc(10_000, 'x')
  for (let i = 0; i < 5_000; i += 1) {
    a.transport.send(1, payload)
    if (i % 50 === 0) await new Promise(setImmediate)
  }
  // What the kernel holds for the two sockets is all that leaves the sender's queue.
  expect(a.transport.dropped).toBeGreaterThan(0)
  expect(b.received.length).toBe(1)
  b.transport.resume()
  a.transport.send(1, Buffer.from('last'))
  await until(() => b.received.at(-1)?.text === 'last')
  expect(b.received.length).toBe(5_002 - a.transport.dropped)
})

test('a peer that falls silent counts as gone; one that says nothing but that it is there does not', async () => {
  const { ends, ports } = await makeEnds(() => ({ silenceMs: 1_000 }))
  const [a] = ends
  const machine = createServer((socket) => {
    socket.on('error', () => {})
    const challenge = new Uint8Array(32)
    writeFrame(
      socket,
      encodeGreeting({ kind: 'welcome', clientPort: 0, challenge, proof: new Uint8Array(0) }),
    )
  })
  machine.listen(ports[1], '127.0.0.1')
  onTestFinished(() => {
    machine.close()
  })
  await a.transport.start()
  await until(() => a.events.length === 2)
  expect(a.events).toEqual([
    { kind: 'connected', peer: 1 },
    { kind: 'disconnected', peer: 1, reason: 'the peer is silent' },
  ])

  const { ends: quiet } = await makeEnds(() => ({ silenceMs: 2_500 }))
  await quiet[0].transport.start()
  await quiet[1].transport.start()
  await until(() => quiet[0].transport.connected().length === 1)
  const { length } = quiet[0].events
  await new Promise((resolve) => setTimeout(resolve, 3_500))
  expect(quiet[0].events.length).toBe(length)
})

test('a cut link carries nothing either way until it is healed', async () => {
  const { ends } = await makeEnds()
  const [a, b] = ends
  await a.transport.start()
  await b.transport.start()
  await until(() => a.transport.connected().length + b.transport.connected().length === 2)
  a.transport.cut(1)
  await until(() => b.transport.connected().length === 0)
  a.transport.send(1, Buffer.from('lost'))
  b.transport.send(0, Buffer.from('kept by the one who does not know'))
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect([a.received, b.received]).toEqual([[], []])
  a.transport.heal(1)
  a.transport.send(1, Buffer.from('hello'))
  await until(() => b.received.length > 0 && a.received.length > 0)
  expect(b.received).toEqual([{ from: 0, text: 'hello' }])
})
