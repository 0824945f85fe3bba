import type { NodeId } from '../model/identity.ts'
import type { View } from '../model/schema/type.ts'
import type { Step } from './step.ts'
import { stepFrom } from './step-shape.ts'

const schema = 'quorate.counterexample/1'
/** A file that is longer is none of ours: a path of so many steps would never have been found. */
const maximumCharacters = 1 << 26
const maximumSteps = 1_000_000
const maximumNodes = 1_000
/** A message is a few levels of fields; nothing of ours is nested deeper. */
const maximumDepth = 64

/** How an explored world came to break a property: plain data, and enough to take the same steps again. */
export interface Counterexample {
  readonly schema: typeof schema
  /** The version of Quorate that found it. */
  readonly quorate: string
  /** What was explored, as it is typed: `raft`, with a planted bug `raft+vote-not-persisted`, or a model. */
  readonly protocol: string
  /** The small world and its bounds, as plain data. */
  readonly world: { readonly [name: string]: View }
  readonly property: string
  /** One sentence: what conflicts with what. */
  readonly message: string
  readonly nodes: readonly NodeId[]
  /** From the first state to where the property is broken. */
  readonly steps: readonly Step[]
  /** Of what never comes about: the step from which the path repeats itself for ever. */
  readonly lasso?: number
}

/** The text of a counterexample file: JSON, a line for each step. */
export function encodeCounterexample(found: Omit<Counterexample, 'schema'>): string {
  const { quorate, protocol, world, property, message, nodes, steps, lasso } = found
  const head = { schema, quorate, protocol, world, property, message, nodes }
  const fields = Object.entries(head).map(
    ([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)}`,
  )
  const lines = steps.map((step) => `    ${JSON.stringify(step)}`)
  fields.push(`  "steps": [${lines.length === 0 ? '' : `\n${lines.join(',\n')}\n  `}]`)
  if (lasso !== undefined) fields.push(`  "lasso": ${lasso}`)
  return `{\n${fields.join(',\n')}\n}\n`
}

/** Whether a text looks like a counterexample file, whole or not: what tells it from other files. */
export function looksLikeCounterexample(text: string): boolean {
  return /^\s*\{/.test(text) && text.slice(0, 4_096).includes('quorate.counterexample/')
}

/**
 * The counterexample that a file's text holds. What its `world` means is for whoever explores it to say.
 * @throws RangeError, one line, for anything but a whole counterexample file
 */
export function decodeCounterexample(text: string): Counterexample {
  if (text.length > maximumCharacters) {
    throw new RangeError(
      `the counterexample has ${text.length} characters: at most ${maximumCharacters}`,
    )
  }
  const data = objectIn(parsed(text), 'the file')
  const known = [
    'schema',
    'quorate',
    'protocol',
    'world',
    'property',
    'message',
    'nodes',
    'steps',
    'lasso',
  ]
  if (data.schema !== schema) {
    throw new RangeError(`not a counterexample that can be read here: its schema must be ${schema}`)
  }
  for (const name of Object.keys(data)) {
    if (!known.includes(name)) {
      throw new RangeError(
        `the counterexample has '${name}', which is not known: it may have ${known.join(', ')}`,
      )
    }
  }
  const world = objectIn(data.world, 'world')
  checkDepth(world, 'world', 0)
  const steps = stepsIn(data.steps)
  const { lasso } = data
  if (lasso !== undefined && !isNatural(lasso, steps.length - 1)) {
    throw new RangeError(`lasso must be the number of a step, 0 to ${steps.length - 1}`)
  }
  return {
    schema,
    quorate: textIn(data, 'quorate'),
    protocol: textIn(data, 'protocol'),
    world: world as { readonly [name: string]: View },
    property: textIn(data, 'property'),
    message: textIn(data, 'message'),
    nodes: nodesIn(data.nodes),
    steps,
    ...(lasso === undefined ? {} : { lasso }),
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new RangeError('the counterexample is truncated or damaged: it is no JSON')
  }
}

function stepsIn(value: unknown): Step[] {
  if (!Array.isArray(value) || value.length > maximumSteps) {
    throw new RangeError(`steps must be a list of at most ${maximumSteps} steps`)
  }
  return value.map((step: unknown, number) => {
    const place = `steps[${number}]`
    checkDepth(step, place, 0)
    return stepFrom(objectIn(step, place), place)
  })
}

function nodesIn(value: unknown): NodeId[] {
  const valid = Array.isArray(value) && value.every((node) => isNatural(node, maximumNodes - 1))
  if (!valid) throw new RangeError('nodes must be a list of the numbers of nodes')
  return value
}

function isNatural(value: unknown, most: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= most
}

function textIn(data: { readonly [name: string]: unknown }, name: string): string {
  const value = data[name]
  if (typeof value !== 'string') throw new RangeError(`${name} must be a text`)
  return value
}

function objectIn(value: unknown, place: string): { readonly [name: string]: unknown } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new RangeError(`${place} must be an object`)
  }
  return value as { readonly [name: string]: unknown }
}

function checkDepth(value: unknown, place: string, depth: number): void {
  if (typeof value !== 'object' || value === null) return
  if (depth === maximumDepth)
    throw new RangeError(`${place} is nested deeper than ${maximumDepth} levels`)
  for (const part of Object.values(value)) checkDepth(part, place, depth + 1)
}
