import { formatDuration, parseDuration } from '../faults/units.ts'
import type { Step } from './step.ts'

/** What each kind of step looks like, for help and for errors. */
const stepForms: { readonly [kind: string]: string } = {
  ask: 'ask:0.1>2:put k1 v1@12ms+1ms',
  deliver: 'deliver:1>0:requestVote@152ms+1ms',
  answer: 'answer:2>0@14ms+1ms',
  timeout: 'timeout:1:election@150ms',
  draw: 'draw:1:0.25@150ms',
}

/** Who and what there is that steps may name. */
export interface StepNames {
  readonly nodes: number
  readonly clients: number
  /** The kinds of the protocol's messages, and its timers. */
  readonly messages: readonly string[]
  readonly timers: readonly string[]
}

/**
 * Reads one step as it is written in scenarios: what, `@` when it is sent, `+` how long it takes; of a
 * timer, `@` when it goes off.
 * @throws RangeError with one line that says what is wrong, where, and what would be right
 */
export function parseStep(spec: string, names: StepNames): Step {
  try {
    const kind = spec.split(':')[0] as string
    const form = Object.hasOwn(stepForms, kind) ? (stepForms[kind] as string) : undefined
    if (!form) {
      const known = Object.values(stepForms).join(', ')
      throw new RangeError(`unknown kind '${kind}': write it like one of ${known}`)
    }
    const step = partsOf(kind, spec)
    if (!step) throw new RangeError(`write it like ${form}`)
    checkNames(step, names)
    return step
  } catch (error) {
    if (error instanceof RangeError) throw new RangeError(`step '${spec}': ${error.message}`)
    throw error
  }
}

const patterns = {
  ask: /^ask:(\d+)\.(\d+)>(\d+):(.+)@([^@+]+)(?:\+(.+))?$/,
  deliver: /^deliver:(\d+)>(\d+):(\w+)(?:#(\d+))?@([^@+]+)(?:\+(.+))?$/,
  answer: /^answer:(\d+)>(\d+)(?:#(\d+))?@([^@+]+)(?:\+(.+))?$/,
  timeout: /^timeout:(\d+):(\w+)@([^@+]+)$/,
  draw: /^draw:(\d+):([\d.e,-]+)@([^@+]+)$/,
} as const

function partsOf(kind: string, spec: string): Step | undefined {
  switch (kind) {
    case 'ask': {
      const [match, client, operation, to, command = '', at = '', takes] =
        patterns.ask.exec(spec) ?? []
      if (match === undefined) return undefined
      const numbers = { client: Number(client), operation: Number(operation), to: Number(to) }
      return { kind, ...numbers, command, ...travel(at, takes) }
    }
    case 'deliver': {
      const [match, from, to, message = '', nth = '1', at = '', takes] =
        patterns.deliver.exec(spec) ?? []
      if (match === undefined) return undefined
      const link = { from: Number(from), to: Number(to) }
      return { kind, ...link, message, nth: Number(nth), ...travel(at, takes) }
    }
    case 'answer': {
      const [match, from, client, nth = '1', at = '', takes] = patterns.answer.exec(spec) ?? []
      if (match === undefined) return undefined
      const link = { from: Number(from), client: Number(client) }
      return { kind, ...link, nth: Number(nth), ...travel(at, takes) }
    }
    case 'timeout': {
      const [match, node, timer = '', at = ''] = patterns.timeout.exec(spec) ?? []
      if (match === undefined) return undefined
      return { kind, node: Number(node), timer, atMicros: parseDuration(at) }
    }
    case 'draw': {
      const [match, node, list = '', at = ''] = patterns.draw.exec(spec) ?? []
      const values = list.split(',').map(Number)
      if (match === undefined || !values.every((value) => value >= 0 && value < 1)) return undefined
      return { kind, node: Number(node), values, atMicros: parseDuration(at) }
    }
    default:
      return undefined
  }
}

function travel(at: string, takes: string | undefined) {
  return {
    sentMicros: parseDuration(at),
    takesMicros: takes === undefined ? 0 : parseDuration(takes),
  }
}

function checkNames(step: Step, { nodes, clients, messages, timers }: StepNames): void {
  const isNode = (node: number) => {
    if (node >= nodes) throw new RangeError(`there is no node ${node}: ${upTo('node', nodes)}`)
  }
  const isClient = (client: number) => {
    if (client >= clients)
      throw new RangeError(`there is no client ${client}: ${upTo('client', clients)}`)
  }
  const isOneOf = (name: string, what: string, known: readonly string[]) => {
    if (!known.includes(name))
      throw new RangeError(`'${name}' is no ${what}: there are ${known.join(', ') || 'none'}`)
  }
  switch (step.kind) {
    case 'ask':
      isClient(step.client)
      isNode(step.to)
      return
    case 'deliver':
      isNode(step.from)
      isNode(step.to)
      isOneOf(step.message, 'kind of message', messages)
      return
    case 'answer':
      isNode(step.from)
      isClient(step.client)
      return
    case 'draw':
      isNode(step.node)
      return
    case 'timeout':
      isNode(step.node)
      isOneOf(step.timer, 'timer', timers)
  }
}

function upTo(what: string, count: number): string {
  return count === 0 ? `there are no ${what}s` : `the ${what}s are 0 to ${count - 1}`
}

/** Writes a step as `parseStep` reads it. */
export function formatStep(step: Step): string {
  if (step.kind === 'timeout')
    return `timeout:${step.node}:${step.timer}@${formatDuration(step.atMicros)}`
  if (step.kind === 'draw')
    return `draw:${step.node}:${step.values.join(',')}@${formatDuration(step.atMicros)}`
  const { sentMicros, takesMicros } = step
  const takes = takesMicros === 0 ? '' : `+${formatDuration(takesMicros)}`
  return `${step.kind}:${what(step)}@${formatDuration(sentMicros)}${takes}`
}

function what(step: Exclude<Step, { readonly kind: 'timeout' | 'draw' }>): string {
  const nth = 'nth' in step && step.nth > 1 ? `#${step.nth}` : ''
  switch (step.kind) {
    case 'ask':
      return `${step.client}.${step.operation}>${step.to}:${step.command}`
    case 'deliver':
      return `${step.from}>${step.to}:${step.message}${nth}`
    case 'answer':
      return `${step.from}>${step.client}${nth}`
  }
}
