import {
  bytes,
  decode,
  encode,
  type Infer,
  type NodeId,
  natural,
  nodeId,
  struct,
  text,
  union,
} from '@quorate/core/model'
import type { NodeKeys } from './node-keys.ts'

/**
 * How a connection begins. The node that dials says who it is and whom it wants; the other answers
 * with a welcome or the reason for its refusal; the first proves itself, and its messages follow.
 *
 * Where the nodes have keys, each signs what both have said, with a challenge drawn by the other. So
 * a message's sender is who it says it is, as long as nobody rewrites the stream on its way: between
 * machines that do not trust their network, run the cluster over a VPN.
 */
export const Greeting = union({
  hello: {
    magic: text,
    version: natural,
    protocol: text,
    cluster: text,
    from: nodeId,
    to: nodeId,
    /** Where clients of the sender connect, 0 for nowhere: what a node tells clients that it sends on. */
    clientPort: natural,
    challenge: bytes,
  },
  welcome: { clientPort: natural, challenge: bytes, proof: bytes },
  refused: { reason: text },
  proof: { proof: bytes },
  /** After the handshake, from the one that was dialled, again and again: it is still there. */
  alive: {},
})
export type Greeting = Infer<typeof Greeting>
export type Hello = Extract<Greeting, { kind: 'hello' }>

export const magic = 'quorate'
/** The version of the handshake and of the frames after it. */
export const version = 1
/** No greeting is longer. */
export const maxGreetingBytes = 4096
export const challengeBytes = 32
/** A handshake that takes longer has failed. */
export const handshakeTimeoutMs = 5_000

/** What both ends of a connection must have in common, and who this end is. */
export interface Party {
  readonly protocol: string
  /** Any text that tells one cluster from another. */
  readonly cluster: string
  readonly self: NodeId
  readonly nodes: number
  readonly clientPort: number
  readonly keys: NodeKeys | undefined
}

/** Why this hello is not for this node, in one line that says what would be right; undefined if it is. */
export function refusalOf(hello: Hello, party: Party): string | undefined {
  const wanted = (what: string, theirs: string | number, ours: string | number) =>
    theirs === ours ? undefined : `${what} '${theirs}' is not '${ours}'`
  return (
    wanted('the magic', hello.magic, magic) ??
    wanted('version', hello.version, version) ??
    wanted('protocol', hello.protocol, party.protocol) ??
    wanted('cluster', hello.cluster, party.cluster) ??
    wanted('the node dialled,', hello.to, party.self) ??
    (hello.from >= party.nodes || hello.from === party.self
      ? `node ${hello.from} is not a peer: there are nodes 0 to ${party.nodes - 1}`
      : undefined) ??
    (hello.challenge.length === challengeBytes
      ? undefined
      : `a challenge of ${hello.challenge.length} bytes: it must have ${challengeBytes}`)
  )
}

const Transcript = struct({
  purpose: text,
  cluster: text,
  from: nodeId,
  to: nodeId,
  challenge: bytes,
  answer: bytes,
})

/** What is signed: by the one that dialled (`proof`) or the one that answered (`welcome`). */
function transcript(purpose: 'proof' | 'welcome', hello: Hello, answer: Uint8Array): Uint8Array {
  const { cluster, from, to, challenge } = hello
  return encode(Transcript, {
    purpose: `quorate handshake ${purpose}`,
    cluster,
    from,
    to,
    challenge,
    answer,
  })
}

const noProof = new Uint8Array(0)

/** This node's proof that it is who it says; empty where the nodes have no keys. */
export function prove(
  keys: NodeKeys | undefined,
  purpose: 'proof' | 'welcome',
  hello: Hello,
  answer: Uint8Array,
): Uint8Array {
  return keys ? keys.sign(transcript(purpose, hello, answer)) : noProof
}

export function isProven(
  keys: NodeKeys | undefined,
  node: NodeId,
  purpose: 'proof' | 'welcome',
  hello: Hello,
  answer: Uint8Array,
  proof: Uint8Array,
): boolean {
  return keys ? keys.verify(node, transcript(purpose, hello, answer), proof) : proof.length === 0
}

export function encodeGreeting(greeting: Greeting): Uint8Array {
  return encode(Greeting, greeting)
}

/** @throws DecodeError */
export function decodeGreeting(frame: Uint8Array): Greeting {
  return decode(Greeting, frame)
}
