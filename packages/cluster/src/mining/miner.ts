import { Worker } from 'node:worker_threads'
import { equalBytes } from '@quorate/core/model'
import { siblingModule } from '../sibling-module.ts'
import type { MinerFinding, MinerOrder } from './miner-worker.ts'
import type { Target } from './target.ts'

export interface MinerOptions {
  /** The header with a nonce that meets the target; undefined where none of the 2^32 nonces does. */
  finished(header: Uint8Array | undefined): void
  failed(error: Error): void
  /** Hashes no faster than this, so that a cluster on one machine leaves it usable; not limited if left out. */
  readonly hashesPerSecond?: number
}

/** Searches for proof of work, double SHA-256 of a block header, in a thread of its own. */
export class Miner {
  readonly #options: MinerOptions
  #worker: Worker | undefined
  #job = 0
  /** What the worker is at; undefined when it rests. */
  #current: { readonly header: Uint8Array; readonly target: Target } | undefined

  constructor(options: MinerOptions) {
    this.#options = options
  }

  /** Works on this header, the 80 bytes of Bitcoin, and on no other any more. */
  work(header: Uint8Array, target: Target): void {
    const current = this.#current
    // The same work again would begin with the nonces that were tried already.
    if (current && equalBytes(current.header, header) && equalBytes(current.target, target)) return
    this.#current = { header, target }
    this.#job += 1
    this.#order({
      kind: 'work',
      job: this.#job,
      header,
      target,
      hashesPerSecond: this.#options.hashesPerSecond ?? Number.MAX_SAFE_INTEGER,
    })
  }

  rest(): void {
    this.#current = undefined
    this.#job += 1
    if (this.#worker !== undefined) this.#order({ kind: 'rest' })
  }

  async close(): Promise<void> {
    const worker = this.#worker
    this.#worker = undefined
    this.#job += 1
    await worker?.terminate()
  }

  #order(order: MinerOrder): void {
    this.#worker ??= this.#start()
    this.#worker.postMessage(order)
  }

  #start(): Worker {
    const worker = new Worker(siblingModule(import.meta.url, 'miner-worker'))
    worker.on('message', ({ job, header }: MinerFinding) => {
      // A finding may cross the order for the next job.
      if (job !== this.#job) return
      this.#current = undefined
      this.#options.finished(header)
    })
    worker.on('error', (error) => this.#options.failed(error as Error))
    return worker
  }
}
