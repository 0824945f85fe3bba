import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import type { ClusterClient } from '../client/client.ts'
import { RefusedError, UnknownOutcomeError } from '../client/client-errors.ts'

/** Clients that put keys of their own, one after the other, and note which were acknowledged. */
export class Writers {
  readonly acknowledged = new Map<string, string>()
  #stopping = false
  #done: Promise<void>[] = []

  start(client: ClusterClient, count: number, label: string): void {
    this.#stopping = false
    this.#done = Array.from({ length: count }, (_, writer) =>
      this.#write(client, `${label}/${writer}`),
    )
  }

  async #write(client: ClusterClient, prefix: string): Promise<void> {
    for (let i = 0; !this.#stopping; i += 1) {
      const key = `${prefix}/${i}`
      try {
        await client.put(key, `value of ${key}`)
        this.acknowledged.set(key, `value of ${key}`)
      } catch (error) {
        if (!(error instanceof UnknownOutcomeError || error instanceof RefusedError)) throw error
      }
    }
  }

  /** Until so many more were acknowledged. */
  async more(count: number): Promise<void> {
    const goal = this.acknowledged.size + count
    while (this.acknowledged.size < goal) await sleep(5)
  }

  async stop(): Promise<void> {
    this.#stopping = true
    await Promise.all(this.#done)
  }

  async check(client: ClusterClient): Promise<void> {
    const stored = new Map(await client.range('', 10_000))
    for (const [key, value] of this.acknowledged) expect(stored.get(key), key).toBe(value)
  }
}
