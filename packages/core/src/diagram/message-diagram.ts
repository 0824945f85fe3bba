/**
 * Who did what, and who told whom: a run or a path as plain data that any host can draw. Lanes stand
 * side by side, and moments follow each other. Each moment is a step of one node or an event of the
 * world, so that at most one message comes to an end in it.
 */
export interface MessageDiagram {
  readonly title: string
  readonly lanes: readonly Lane[]
  readonly moments: readonly DiagramMoment[]
  readonly arrows: readonly Arrow[]
  /** What is not shown, in a sentence. */
  readonly omitted?: string
}

/** A node or a client. */
export interface Lane {
  /** As it stands in a sentence: `node 0`, `client 2`. */
  readonly name: string
  /** A character or two: `0`, `c2`. */
  readonly label: string
  readonly role: 'node' | 'client'
  /** What is special about it, such as that it lies. */
  readonly note?: string
}

export interface DiagramMoment {
  /** As `quorate replay` counts steps or events. */
  readonly number: number
  /** Virtual time, where there is any. */
  readonly timeMicros?: number
  readonly marks: readonly Mark[]
  readonly notes: readonly Note[]
  /** So many moments before this one are left out. */
  readonly omittedBefore?: number
}

export type MarkKind =
  | 'start'
  | 'timeout'
  | 'command'
  | 'reply'
  | 'durable'
  | 'mined'
  | 'crash'
  | 'restart'
  | 'output'
  | 'violation'

/** Something that happens in one lane. */
export interface Mark {
  /** The place of its lane. */
  readonly lane: number
  readonly kind: MarkKind
  /** What happens, as it stands after the lane's name: `decides 02`. Empty where others say it. */
  readonly text: string
}

/** A sentence about a moment. */
export interface Note {
  /** `fault`: something was broken. `network`: what became of a message. `violation`: a property does not hold. */
  readonly kind: 'fault' | 'network' | 'narration' | 'violation'
  readonly text: string
}

/** What became of a message within the diagram. */
export type Fate = 'delivered' | 'lost' | 'in flight'

/** A message, from lane to lane. */
export interface Arrow {
  /** The kind of message. */
  readonly label: string
  /** What it says: its fields, in words. Empty where it has none. */
  readonly detail: string
  readonly fromLane: number
  readonly toLane: number
  /** The place of the moment in which it was sent; undefined where that is not shown. */
  readonly sent: number | undefined
  /** The place of the moment in which it was delivered or lost; undefined while it is in flight. */
  readonly ended: number | undefined
  readonly fate: Fate
  /** The network made it out of one that was sent once. */
  readonly copy: boolean
  /** Which client asks or is told, where its lane stands for several. */
  readonly client?: string
}

/** A line of what a moment says. */
export interface MomentLine {
  readonly kind: MarkKind | Note['kind'] | 'receipt' | 'loss' | 'sending'
  /** Who did it, as a name of a lane; empty where nobody did. */
  readonly who: string
  readonly what: string
  /** More about it, such as the fields of a message. */
  readonly detail: string
  /** The place of its mark among those of the moment, where it has one. */
  readonly mark?: number
}

/**
 * What happens in a moment, in words, in the order in which it is to be read.
 * @param sendings says what is sent, too, as is needed where arrows do not show it
 */
export function linesOf(
  diagram: MessageDiagram,
  place: number,
  sendings: 'with sendings' | 'without sendings',
): MomentLine[] {
  const moment = diagram.moments[place]
  if (!moment) throw new RangeError(`no moment ${place}: there are ${diagram.moments.length}`)
  const endings = diagram.arrows
    .filter((arrow) => arrow.ended === place)
    .map((arrow) => endingLine(diagram, arrow, place))
  const marks = moment.marks.flatMap(({ kind, lane, text }, mark): MomentLine[] => {
    const who = diagram.lanes[lane]?.name ?? ''
    return text === '' ? [] : [{ kind, who, what: text, detail: '', mark }]
  })
  const notes = moment.notes.map(({ kind, text }) => ({ kind, who: '', what: text, detail: '' }))
  const sent = sendings === 'with sendings' ? sendingLines(diagram, place) : []
  return [...endings, ...marks, ...sent, ...notes]
}

/** The same, each line as one text. */
export function momentWords(diagram: MessageDiagram, place: number): string[] {
  return linesOf(diagram, place, 'with sendings').map(({ who, what, detail, kind }) => {
    const text = who === '' ? what : `${who} ${what}`
    const mark = kind === 'violation' ? '× ' : ''
    return mark + (detail === '' ? text : `${text}: ${detail}`)
  })
}

function endingLine(diagram: MessageDiagram, arrow: Arrow, place: number): MomentLine {
  const { label, detail, fate, copy, fromLane, toLane, sent } = arrow
  const from = whoIs(arrow, diagram.lanes[fromLane])
  const to = whoIs(arrow, diagram.lanes[toLane])
  const again = copy ? ' again' : ''
  const since = sentText(diagram, sent, place)
  if (fate === 'lost') {
    const what = `${label} from ${from?.name} to ${to?.name} is lost${since}`
    return { kind: 'loss', who: '', what, detail }
  }
  return {
    kind: 'receipt',
    who: to?.name ?? '',
    what: receiptText(label, from, to) + again + since,
    detail,
  }
}

/** A lane of several clients by the name of the one that is meant. */
function whoIs({ client }: Arrow, lane: Lane | undefined): Lane | undefined {
  return lane?.role === 'client' && client !== undefined ? { ...lane, name: client } : lane
}

function receiptText(label: string, from: Lane | undefined, to: Lane | undefined): string {
  if (from?.role === 'client') return `is asked ${label} by ${from.name}`
  if (to?.role === 'client') return `is told ${label} by ${from?.name}`
  // All know that nodes speak with nodes.
  return `receives ${label} from ${from?.label}`
}

/** When it was sent, where that was not in the moment before. */
function sentText({ moments }: MessageDiagram, sent: number | undefined, place: number): string {
  if (sent === undefined) return ', sent earlier'
  return sent >= place - 1 ? '' : `, sent in ${moments[sent]?.number}`
}

/** What leaves in a moment: one line for each kind of message. Who asks at once, without a moment of its own, says so already. */
function sendingLines({ arrows, lanes }: MessageDiagram, place: number): MomentLine[] {
  const groups = new Map<string, Arrow[]>()
  for (const arrow of arrows) {
    if (arrow.sent !== place || arrow.ended === place || arrow.copy) continue
    const key = `${arrow.fromLane} ${arrow.label} ${arrow.client}`
    groups.set(key, [...(groups.get(key) ?? []), arrow])
  }
  return [...groups.values()].map((group) => {
    const first = group[0] as Arrow
    const { fromLane, label } = first
    const to = [...new Set(group.map(({ toLane }) => toLane))].sort((left, right) => left - right)
    const names = to.map((place) => {
      const lane = whoIs(first, lanes[place])
      return lane?.role === 'node' ? lane.label : lane?.name
    })
    const answers = lanes[to[0] ?? 0]?.role === 'client'
    const what = answers ? `answers ${names[0]}: ${label}` : `sends ${label} to ${names.join(', ')}`
    return { kind: 'sending', who: lanes[fromLane]?.name ?? '', what, detail: '' }
  })
}

/** The messages that had not arrived at the end, in words: one line for what was sent at once. */
export function inFlightLines({ arrows, lanes, moments }: MessageDiagram): string[] {
  const groups = new Map<string, Arrow[]>()
  for (const arrow of arrows) {
    if (arrow.fate !== 'in flight') continue
    const key = `${arrow.sent} ${arrow.fromLane} ${arrow.label}`
    groups.set(key, [...(groups.get(key) ?? []), arrow])
  }
  return [...groups.values()].map((group) => {
    const { label, fromLane, sent } = group[0] as Arrow
    const since = sent === undefined ? '' : `, sent in ${moments[sent]?.number}`
    const to = group.map(({ toLane }) => lanes[toLane]?.name).join(', ')
    return `${label} from ${lanes[fromLane]?.name} to ${to}${since}`
  })
}

/** Of each lane, the moments between which it is down, as places; the second is undefined for one that stays down. */
export function outagesOf(
  { moments }: MessageDiagram,
  lane: number,
): readonly (readonly [from: number, to: number | undefined])[] {
  const outages: [number, number | undefined][] = []
  for (const [place, { marks }] of moments.entries()) {
    for (const mark of marks) {
      const last = outages.at(-1)
      if (mark.lane !== lane) continue
      if (mark.kind === 'crash' && (!last || last[1] !== undefined))
        outages.push([place, undefined])
      if (mark.kind === 'restart' && last && last[1] === undefined) last[1] = place
    }
  }
  return outages
}
