import { isDeepStrictEqual } from 'node:util'
import { KeyValueStore } from '@quorate/core/machines'
import { DecodeError, decode, encode, parameterValues, type Type } from '@quorate/core/model'
import { variantNamed } from '@quorate/core/protocols'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { freePorts } from './free-ports.ts'
import { Transport, type TransportEvent } from './network/transport.ts'
import { ProcessHost } from './process-host.ts'
import { RawPeer, until } from './testing/raw-peer.ts'
import { temporaryDirectory } from './testing/temporary-directory.ts'

const { protocol } = variantNamed('raft')
const messageType = protocol.node.schema.message as Type<unknown>
const party = { protocol: 'raft', cluster: '', nodes: 3, clientPort: 0, keys: undefined }

/** A Raft node, and where it listens; of its two peers the tests play one. */
async function startRaft() {
  const ports = await freePorts(3)
  const addresses = ports.map((port) => ({ host: '127.0.0.1', port }))
  const failures: Error[] = []
  const events: TransportEvent[] = []
  const transport = new Transport({
    party: { ...party, self: 0 },
    addresses,
    receive: (from, frame) => host.receive(from, frame),
    report: (event) => events.push(event),
    banMs: 1,
  })
  const host = await ProcessHost.start({
    protocol,
    self: 0,
    nodes: 3,
    parameters: parameterValues(protocol.node.schema.parameters),
    directory: temporaryDirectory(),
    network: transport,
    application: new KeyValueStore(),
    failed: (error) => failures.push(error),
  })
  await transport.start()
  onTestFinished(async () => {
    await transport.stop()
    await host.stop()
  })
  const shutOut = () => events.filter(({ kind }) => kind === 'misbehaved').length
  return { host, addresses, failures, shutOut }
}

const aMessage = encode(messageType, {
  kind: 'requestPreVote',
  term: 1,
  lastLogIndex: 0,
  lastLogTerm: 0,
})

/** Bytes that are no message: noise, or a message with some of its bytes changed or missing. */
const hostileFrame: fc.Arbitrary<Uint8Array> = fc
  .record({
    bytes: fc.oneof(fc.constant(aMessage), fc.uint8Array({ minLength: 1, maxLength: 200 })),
    changes: fc.array(fc.record({ at: fc.nat(199), byte: fc.nat(255) }), { maxLength: 3 }),
    length: fc.integer({ min: 1, max: 200 }),
  })
  .map(({ bytes, changes, length }) => {
    const frame = bytes.slice()
    for (const { at, byte } of changes) frame[at % frame.length] = byte
    return frame.subarray(0, length)
  })
  .filter((frame) => {
    try {
      decode(messageType, frame)
      return false
    } catch (error) {
      expect(error).toBeInstanceOf(DecodeError)
      return true
    }
  })

test('a peer whose bytes are no messages of the protocol is shut out, and the node goes on', async () => {
  const { host, addresses, failures, shutOut } = await startRaft()
  const port = addresses[0]?.port as number
  for (const frame of fc.sample(hostileFrame, 40)) {
    const before = shutOut()
    // Who comes while it is banned for the last frame gets no word in, and comes again.
    while (shutOut() === before) {
      const peer = new RawPeer(port)
      onTestFinished(() => peer.close())
      await peer.enter(party)
      peer.frame(frame)
      await until(() => peer.isClosed)
    }
  }
  expect(failures).toEqual([])

  // It still takes part: it votes for a candidate, and the vote is on the disk.
  const votes: unknown[] = []
  const candidate = new Transport({
    party: { ...party, self: 1 },
    addresses,
    receive: (_from, frame) => votes.push(decode(messageType, frame)),
  })
  onTestFinished(() => candidate.stop())
  await candidate.start()
  const request = { kind: 'requestVote', term: 9, lastLogIndex: 0, lastLogTerm: 0, transfer: true }
  candidate.send(0, encode(messageType, request))
  const granted = { kind: 'requestVoteReply', term: 9, granted: true }
  await until(() => votes.some((vote) => isDeepStrictEqual(vote, granted)))
  expect(host.positions.durable).toBeGreaterThan(0)
})
