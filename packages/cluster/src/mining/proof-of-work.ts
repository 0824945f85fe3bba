import { fromHex } from '@quorate/core/model'
import { targetText } from '@quorate/core/protocols'
import { Miner } from './miner.ts'

export interface ProofOfWorkOptions {
  /** The 80 bytes to work on, asked of the node in a step of its own; undefined if it has stopped. */
  template(): Uint8Array | undefined
  /** The header of the latest template, with a nonce that shows work: a step of its own. */
  mined(header: Uint8Array): void
  failed(error: Error): void
  readonly hashesPerSecond?: number
}

/** How long one template is worked on: the time in it must stay true. */
const templateLifeMs = 1_000

/** What `Host.mine` promises: works on the node's templates, one after the other, until told to stop. */
export class ProofOfWork {
  readonly #options: ProofOfWorkOptions
  readonly #miner: Miner
  #bits: number | undefined
  #templateDue = false
  #refresh: NodeJS.Timeout | undefined

  constructor(options: ProofOfWorkOptions) {
    this.#options = options
    const { failed, hashesPerSecond } = options
    this.#miner = new Miner({
      finished: (header) => this.#finished(header),
      failed,
      ...(hashesPerSecond !== undefined && { hashesPerSecond }),
    })
  }

  /** May be called from inside a step of the node: the template is asked for after it. */
  mine(nBits: number): void {
    this.#bits = nBits
    this.#askTemplate()
  }

  stop(): void {
    this.#bits = undefined
    clearTimeout(this.#refresh)
    this.#miner.rest()
  }

  async close(): Promise<void> {
    this.stop()
    await this.#miner.close()
  }

  #askTemplate(): void {
    clearTimeout(this.#refresh)
    if (this.#templateDue) return
    this.#templateDue = true
    setImmediate(() => {
      this.#templateDue = false
      const bits = this.#bits
      if (bits === undefined) return
      const template = this.#options.template()
      if (template === undefined) return
      this.#miner.work(template, fromHex(targetText(bits)))
      this.#refresh = setTimeout(() => this.#askTemplate(), templateLifeMs)
    })
  }

  #finished(header: Uint8Array | undefined): void {
    if (header !== undefined) this.#options.mined(header)
    if (this.#bits !== undefined) this.#askTemplate()
  }
}
