import { toHex } from '../../model/hex.ts'
import type { NodeId } from '../../model/index.ts'
import { CommandList } from '../command-list.ts'

/** The state of one node, and of its host. */
export interface NaiveNode {
  up: boolean
  fields: Uint8Array
  application: Uint8Array
  timers: string[]
  mining: number
  /** Encoded. */
  durable: Uint8Array[]
  unsynced: Uint8Array[]
  /** The position of the latest record. */
  position: number
  waiting: Waiting[]
}

/** What leaves once so many more records are durable: a message, or the text of a reply. */
export interface Waiting {
  behind: number
  letter: Letter | string
}

/** A message on its way, encoded. */
export interface Letter {
  from: NodeId
  to: NodeId
  message: Uint8Array
}

/** A state of the world. */
export interface NaiveWorld {
  nodes: NaiveNode[]
  letters: Letter[]
  used: { timeouts: number; crashes: number; losses: number; duplications: number; blocks: number }
  put: number[]
}

export function downNode(): NaiveNode {
  return {
    up: false,
    fields: new Uint8Array(0),
    application: new CommandList().snapshot(),
    timers: [],
    mining: -1,
    durable: [],
    unsynced: [],
    position: 0,
    waiting: [],
  }
}

export function text(value: unknown): string {
  return JSON.stringify(value, (_, part) => (part instanceof Uint8Array ? toHex(part) : part))
}

export function distinct(letters: readonly Letter[]): Letter[] {
  return [...new Map(letters.map((letter) => [text(letter), letter])).values()]
}

export function removeLetter(world: NaiveWorld, letter: Letter): void {
  const wanted = text(letter)
  world.letters.splice(
    world.letters.findIndex((other) => text(other) === wanted),
    1,
  )
}
