import type { AnyNode } from '../model/machine.ts'
import type { FieldObject } from '../model/schema/fields.ts'
import { finish, mix } from '../model/schema/hash.ts'
import type { Type } from '../model/schema/type.ts'
import { Writer } from '../model/schema/writer.ts'
import { sha256 } from '../model/sha256.ts'
import type { ExploredNode } from './explored-node.ts'
import type { Setting } from './options.ts'
import { writePlain } from './plain-content.ts'
import { layoutOf, type StateLayout } from './state-layout.ts'

/** Bits of a fingerprint. */
export const fingerprintBits = 64

const parts = { node: 0, envelope: 1, history: 2 } as const
const lowSeed = 0x243f6a88
const highSeed = 0x85a308d3

/** What a place of one table stands for, hashed: two words a place, both 0 where it is not known yet. */
class PlaceHashes {
  words = new Int32Array(2048)

  /** Makes room for the place. */
  reach(place: number): void {
    if (2 * place < this.words.length) return
    const larger = new Int32Array(Math.max(2 * this.words.length, 2 * place + 2))
    larger.set(this.words)
    this.words = larger
  }
}

/**
 * 64 bits that stand for a state of the world. They are a function of what the state *is*, not of the
 * order in which its parts were first seen, so that searches in several threads agree on them.
 *
 * Each part (a node's state and which node's, an envelope, the history) is encoded as bytes and hashed
 * by SHA-256, once; the hashes of the parts are added, so that two of the same do not cancel each
 * other out (Bellare and Micciancio, A New Paradigm for Collision-Free Hashing, 1997). So for each
 * state that is met there is an addition a word, and no chance for the patterns in small states to
 * become collisions.
 */
export class Fingerprints<N extends AnyNode> {
  /** The lower half of the latest fingerprint; never 0. */
  low = 1
  /** The upper half; never 0. */
  high = 1
  readonly #setting: Setting<N>
  readonly #layout: StateLayout
  readonly #locals: readonly PlaceHashes[]
  readonly #envelopes = new PlaceHashes()
  readonly #histories = new PlaceHashes()
  readonly #writer = new Writer()

  constructor(setting: Setting<N>) {
    this.#setting = setting
    this.#layout = layoutOf(setting)
    this.#locals = setting.nodes.map(() => new PlaceHashes())
  }

  /** Sets `low` and `high` to the fingerprint of the state in these words. */
  take(words: Int32Array, start: number, length: number): void {
    const { budgetWords, historyWord, envelopeWords } = this.#layout
    let low = 0
    let high = 0
    for (let node = 0; node < budgetWords; node += 1) {
      const place = words[start + node] as number
      const hashes = (this.#locals[node] as PlaceHashes).words
      const at = 2 * place
      if (at >= hashes.length || (hashes[at] === 0 && hashes[at + 1] === 0)) {
        this.#learnLocal(node, place)
      }
      const known = (this.#locals[node] as PlaceHashes).words
      low = (low + (known[at] as number)) | 0
      high = (high + (known[at + 1] as number)) | 0
    }
    for (let word = budgetWords; word < historyWord; word += 1) {
      const value = words[start + word] as number
      low = (low + finish(mix(mix(lowSeed, word), value))) | 0
      high = (high + finish(mix(mix(highSeed, word), value))) | 0
    }
    if (historyWord < envelopeWords) {
      const at = 2 * (words[start + historyWord] as number)
      const known = this.#known(this.#histories, at, this.#learnHistory)
      low = (low + (known[at] as number)) | 0
      high = (high + (known[at + 1] as number)) | 0
    }
    for (let word = start + envelopeWords; word < start + length; word += 1) {
      const at = 2 * (words[word] as number)
      const known = this.#known(this.#envelopes, at, this.#learnEnvelope)
      low = (low + (known[at] as number)) | 0
      high = (high + (known[at + 1] as number)) | 0
    }
    this.low = low === 0 ? 1 : low
    this.high = high === 0 ? 1 : high
  }

  #known(hashes: PlaceHashes, at: number, learn: (place: number) => void): Int32Array {
    const { words } = hashes
    if (at < words.length && (words[at] !== 0 || words[at + 1] !== 0)) return words
    learn(at / 2)
    return hashes.words
  }

  #learnLocal(node: number, place: number): void {
    const { world } = this.#setting
    const explored = this.#setting.nodes[node] as ExploredNode<N>
    const { state: operations, schema } = explored.nodeClass
    const writer = this.#begin(parts.node, node)
    const { state, fields, disk, application } = explored.parts(place)
    writer.byte(fields ? 1 : 0)
    if (fields) operations.write(writer, fields as unknown as FieldObject)
    operations.write(writer, disk as unknown as FieldObject)
    const { clockMicros, deadlines, mining, persisted, unsynced, outbox } = state
    writePlain(writer, [application, clockMicros, deadlines, mining, persisted])
    const record = schema.record as Type<unknown>
    writer.natural(unsynced.length)
    for (const one of unsynced) record.write(writer, world.record(one))
    writer.natural(outbox.length)
    for (const { kind, place: departing, behind } of outbox) {
      writer.natural(behind)
      writer.byte(kind === 'message' ? 0 : 1)
      if (kind === 'message') this.#writeEnvelope(departing)
      else writePlain(writer, world.replies.at(departing))
    }
    this.#end(this.#locals[node] as PlaceHashes, place)
  }

  readonly #learnEnvelope = (place: number): void => {
    this.#begin(parts.envelope, 0)
    this.#writeEnvelope(place)
    this.#end(this.#envelopes, place)
  }

  readonly #learnHistory = (place: number): void => {
    writePlain(this.#begin(parts.history, 0), this.#setting.histories?.at(place))
    this.#end(this.#histories, place)
  }

  #writeEnvelope(place: number): void {
    const { envelopes } = this.#setting.world
    this.#writer.natural(envelopes.from(place))
    this.#writer.natural(envelopes.to(place))
    const message = this.#setting.nodeClass.schema.message as Type<unknown>
    message.write(this.#writer, envelopes.message(place))
  }

  #begin(part: number, index: number): Writer {
    this.#writer.reset()
    this.#writer.byte(part)
    this.#writer.natural(index)
    return this.#writer
  }

  #end(hashes: PlaceHashes, place: number): void {
    const digest = sha256(this.#writer.finish())
    const view = new DataView(digest.buffer, digest.byteOffset)
    hashes.reach(place)
    hashes.words[2 * place] = view.getInt32(0)
    hashes.words[2 * place + 1] = view.getInt32(4)
  }
}
