import { hash } from 'node:crypto'
import { parentPort } from 'node:worker_threads'
import { meets, type Target } from './target.ts'

/** What the miner asks of its worker. */
export type MinerOrder =
  | {
      readonly kind: 'work'
      readonly job: number
      /** The 80 bytes of a block header, the nonce last. */
      readonly header: Uint8Array
      readonly target: Target
      readonly hashesPerSecond: number
    }
  | { readonly kind: 'rest' }

/** What came of a job: the header with a nonce that meets the target, or the word that none does. */
export interface MinerFinding {
  readonly job: number
  readonly header: Uint8Array | undefined
}

type Work = Extract<MinerOrder, { kind: 'work' }>

const nonceOffset = 76
const nonces = 2 ** 32
/** After so many hashes at most the worker looks for new orders. */
const maxHashesAtOnce = 2_000

if (parentPort === null) throw new Error('this module is the worker thread of miner.ts')
const port = parentPort
let order: MinerOrder = { kind: 'rest' }
/** When, on the clock of `performance.now`, the next hashes are due at the rate asked for. */
let dueMs = 0

port.on('message', (next: MinerOrder) => {
  order = next
  if (next.kind === 'work') hashWhenDue(next, 0)
})

function hashWhenDue(work: Work, nonce: number): void {
  const pauseMs = dueMs - performance.now()
  if (pauseMs > 1) setTimeout(() => hashOn(work, nonce), pauseMs)
  else setImmediate(() => hashOn(work, nonce))
}

/** Hashes from this nonce on, in short spells, until the work is done or the order is another. */
function hashOn(work: Work, nonce: number): void {
  if (order !== work) return
  const count = Math.ceil(Math.min(maxHashesAtOnce, Math.max(1, work.hashesPerSecond / 20)))
  dueMs = performance.now() + (count / work.hashesPerSecond) * 1_000
  const end = Math.min(nonce + count, nonces)
  const found = firstNonce(work, nonce, end)
  if (found === undefined && end < nonces) hashWhenDue(work, end)
  else port.postMessage({ job: work.job, header: found } satisfies MinerFinding)
}

/** The header with the first nonce that meets the target, if one does. */
function firstNonce(work: Work, from: number, end: number): Uint8Array | undefined {
  const header = Buffer.from(work.header)
  for (let nonce = from; nonce < end; nonce += 1) {
    header.writeUInt32LE(nonce, nonceOffset)
    const digest = hash('sha256', hash('sha256', header, 'buffer'), 'buffer')
    if (meets(digest, work.target)) return new Uint8Array(header)
  }
  return undefined
}
