/** Where an event received nothing that another had sent. */
export const noEvent = -1

/** Is shown what each event received, and what each fault is. */
export type OnContent = (event: number, content: unknown) => void

/**
 * Which event sent what each event received: what a trace of ids and hashes leaves out. Kept where
 * somebody asks for it, as a replay does.
 */
export class Causes {
  /** By event. */
  readonly #sentIn: number[] = []
  /** By client, the event in which it was last answered. */
  readonly #answeredIn: number[] = []
  readonly #onContent: OnContent | undefined

  constructor(onContent?: OnContent) {
    this.#onContent = onContent
  }

  /** An event received what was sent in an earlier one: a message, a command, a reply; or it is a fault, in words. */
  note(event: number, sentIn: number, content: unknown): void {
    this.#onContent?.(event, content)
    while (this.#sentIn.length < event) this.#sentIn.push(noEvent)
    this.#sentIn[event] = sentIn
  }

  /** The event in which was sent what this one received, or `noEvent`. */
  of(event: number): number {
    return this.#sentIn[event] ?? noEvent
  }

  noteAnswer(client: number, event: number): void {
    this.#answeredIn[client] = event
  }

  /** The latest event of a client, or `noEvent`: whatever it sends comes after that. */
  latestOf(client: number): number {
    return this.#answeredIn[client] ?? noEvent
  }
}
