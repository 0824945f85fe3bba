import { randomInt } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { DecodeError, decode, encode, type Type } from '@quorate/core/model'
import { protocolNamed } from '@quorate/core/protocols'
import { expect, onTestFinished, test } from 'vitest'
import { Transport, type TransportEvent } from './network/transport.ts'
import { RawPeer, until } from './testing/raw-peer.ts'
import { startSingleNode } from './testing/single-node.ts'

const messageType: Type<unknown> = raftMessageType()

function raftMessageType(): Type<unknown> {
  const raft = protocolNamed('raft')
  if (raft === undefined) throw new Error('there is no Raft')
  return raft.node.schema.message as Type<unknown>
}

const valid = encode(messageType, {
  kind: 'requestPreVote',
  term: 1,
  lastLogIndex: 0,
  lastLogTerm: 0,
})

/** Bytes that a decoder must refuse: noise, or a valid message with some of its bytes changed or missing. */
function hostileFrame(): Uint8Array {
  for (;;) {
    const frame = Buffer.from(randomInt(2) === 0 ? valid : Buffer.alloc(randomInt(1, 200)))
    for (let changes = randomInt(1, 4); changes > 0; changes -= 1) {
      frame[randomInt(frame.length)] = randomInt(256)
    }
    const cut = frame.subarray(0, randomInt(1, frame.length + 1))
    try {
      decode(messageType, cut)
    } catch (error) {
      expect(error).toBeInstanceOf(DecodeError)
      return cut
    }
  }
}

test('a peer whose bytes are no messages of the protocol is shut out, and the node goes on', async () => {
  const events: TransportEvent[] = []
  const { node, options, failures } = await startSingleNode(3, {
    network: (event) => events.push(event),
  })
  const { port } = options.addresses[0] ?? { port: 0 }
  const hello = { protocol: 'raft', cluster: '' }
  let shutOut = 0
  while (shutOut < 8) {
    const peer = new RawPeer(port)
    onTestFinished(() => peer.close())
    await peer.enter(hello)
    peer.frame(hostileFrame())
    await until(() => peer.isClosed)
    shutOut = events.filter(({ kind }) => kind === 'misbehaved').length
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  expect(failures).toEqual([])

  // It still takes part: it votes for a candidate.
  const votes: unknown[] = []
  const candidate = new Transport({
    party: { ...hello, self: 1, nodes: 3, clientPort: 0, keys: undefined },
    addresses: options.addresses,
    receive: (_from, frame) => votes.push(decode(messageType, frame)),
  })
  onTestFinished(() => candidate.stop())
  await candidate.start()
  const request = { kind: 'requestVote', term: 9, lastLogIndex: 0, lastLogTerm: 0, transfer: true }
  candidate.send(0, encode(messageType, request))
  const granted = { kind: 'requestVoteReply', term: 9, granted: true }
  await until(() => votes.some((vote) => isDeepStrictEqual(vote, granted)))
  expect(node.host.positions.durable).toBeGreaterThan(0)
}, 120_000)
