import type {
  Arrow,
  DiagramMoment,
  Fate,
  Lane,
  Mark,
  MessageDiagram,
  Note,
} from './message-diagram.ts'
import type { ViewWords } from './view-words.ts'

/** A message that was sent, whatever came of it. */
interface Sending {
  readonly fromLane: number
  readonly toLane: number
  /** What tells its content from others'. */
  readonly content: string
  readonly words: ViewWords
  readonly sent: number | undefined
  fate: Fate
  ended: number | undefined
  readonly copy: boolean
  readonly client?: string
}

/** A diagram as it grows, moment by moment. */
export class DiagramBuilder {
  readonly #lanes: readonly Lane[]
  readonly #moments: (Omit<DiagramMoment, 'marks' | 'notes'> & { marks: Mark[]; notes: Note[] })[] =
    []
  readonly #sendings: Sending[] = []

  constructor(lanes: readonly Lane[]) {
    this.#lanes = lanes
  }

  /** The place of the moment that goes on. */
  get now(): number {
    return this.#moments.length - 1
  }

  begin(number: number, timeMicros?: number): void {
    const time = timeMicros === undefined ? {} : { timeMicros }
    this.#moments.push({ number, ...time, marks: [], notes: [] })
  }

  mark(lane: number, kind: Mark['kind'], text: string): void {
    this.#moments.at(-1)?.marks.push({ lane, kind, text })
  }

  note(kind: Note['kind'], text: string): void {
    this.#moments.at(-1)?.notes.push({ kind, text })
  }

  /** A message leaves in the moment that goes on. */
  send(fromLane: number, toLane: number, content: string, words: ViewWords): void {
    this.#add({ fromLane, toLane, content, words, sent: this.now })
  }

  /** One more of what is in flight. */
  duplicate(fromLane: number, toLane: number, content: string, words: ViewWords): void {
    const original = this.#inFlight(fromLane, toLane, content)
    const sent = original ? original.sent : this.#earliest()
    this.#add({ fromLane, toLane, content, words, sent, copy: true })
  }

  /**
   * A message ends in the moment that goes on: of those in flight that look like it the one that was
   * sent first, since nobody can tell them apart. Where none is, it is one that was delivered before
   * and stays to be delivered again, or one that was sent before the first step.
   */
  end(
    fate: 'delivered' | 'lost',
    fromLane: number,
    toLane: number,
    content: string,
    words: ViewWords,
  ): void {
    const sending = this.#inFlight(fromLane, toLane, content)
    if (sending) {
      sending.fate = fate
      sending.ended = this.now
      return
    }
    const before = this.#sendings.findLast((one) => isLike(one, fromLane, toLane, content))
    const sent = before ? before.sent : this.#earliest()
    const copy = before !== undefined
    this.#add({ fromLane, toLane, content, words, sent, copy, fate, ended: this.now })
  }

  /** A message of which it is known when it was sent and what became of it. */
  add(arrow: Arrow): void {
    const { label, detail, ...rest } = arrow
    this.#sendings.push({ ...rest, content: '', words: { label, detail } })
  }

  build(title: string, omitted?: string): MessageDiagram {
    const arrows = this.#sendings.map(({ content: _, words, ...sending }) => ({
      ...words,
      ...sending,
    }))
    return {
      title,
      lanes: this.#lanes,
      moments: this.#moments,
      arrows,
      ...(omitted === undefined ? {} : { omitted }),
    }
  }

  /** The start, where that is shown. */
  #earliest(): number | undefined {
    return this.#moments[0]?.number === 0 ? 0 : undefined
  }

  #inFlight(fromLane: number, toLane: number, content: string): Sending | undefined {
    return this.#sendings.find(
      (one) => one.fate === 'in flight' && isLike(one, fromLane, toLane, content),
    )
  }

  #add(
    sending: Pick<Sending, 'fromLane' | 'toLane' | 'content' | 'words' | 'sent'> & Partial<Sending>,
  ): void {
    this.#sendings.push({ fate: 'in flight', ended: undefined, copy: false, ...sending })
  }
}

function isLike(sending: Sending, fromLane: number, toLane: number, content: string): boolean {
  return sending.fromLane === fromLane && sending.toLane === toLane && sending.content === content
}
