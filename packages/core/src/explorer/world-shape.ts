import type { CheckWorld } from '../model/check-world.ts'
import { checkShape, type JsonShape } from '../model/json-shape.ts'

const count = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER } as const
const text = { type: 'string' } as const
const nodeNumber = { type: 'integer', minimum: 0, maximum: 63 } as const
const nodeNumbers = { type: 'array', items: nodeNumber } as const
/** A number, or `any`; what else it might be is checked apart, for a schema here has no alternatives. */
const bound = { type: ['integer', 'string', 'object'] } as const

/** What may be in an event of an opening; that it is one of them, and whole, is checked apart. */
const openingEvent: JsonShape = {
  type: 'object',
  additionalProperties: false,
  properties: {
    timeout: text,
    put: count,
    crash: nodeNumber,
    restart: nodeNumber,
    mine: nodeNumber,
    deliver: nodeNumbers,
    lose: { enum: ['all'] },
    settle: { type: ['string', 'array'], items: nodeNumber },
    others: { enum: ['lost', 'late'] },
    node: nodeNumber,
    copy: { enum: ['first', 'second'] },
  },
}

/** What each kind of event of an opening may have beside its name. */
const openingEvents: { readonly [kind: string]: readonly string[] } = {
  timeout: ['node', 'copy'],
  put: ['node'],
  crash: [],
  restart: [],
  mine: [],
  deliver: [],
  lose: [],
  settle: ['others'],
}

/** The JSON Schema of a small world. */
const worldShape: JsonShape = {
  type: 'object',
  required: ['nodes'],
  additionalProperties: false,
  properties: {
    name: text,
    nodes: { type: 'integer', minimum: 1, maximum: 64 },
    parameters: { type: 'object', additionalProperties: { type: 'number' } },
    commands: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        properties: {
          write: text,
          propose: text,
          node: { type: ['integer', 'string'], minimum: 0, maximum: 63 },
          copy: { enum: ['first', 'second'] },
          client: count,
        },
      },
    },
    bounds: {
      type: 'object',
      additionalProperties: false,
      properties: {
        timeouts: bound,
        crashes: bound,
        restarts: bound,
        losses: bound,
        duplications: count,
        blocks: count,
        depth: count,
        states: count,
      },
    },
    atMost: { type: 'object', additionalProperties: { type: 'number' } },
    only: {
      type: 'array',
      items: {
        type: 'object',
        required: ['field', 'is'],
        additionalProperties: false,
        properties: {
          field: text,
          is: { type: 'array', items: { type: ['string', 'number', 'boolean'] } },
          nodes: nodeNumbers,
        },
      },
    },
    twins: {
      type: 'array',
      items: {
        type: 'object',
        required: ['node', 'second'],
        additionalProperties: false,
        properties: {
          node: nodeNumber,
          second: nodeNumbers,
          hears: { enum: ['at once', 'in time'] },
        },
      },
    },
    attackers: {
      type: 'array',
      items: {
        type: 'object',
        required: ['node', 'attack'],
        additionalProperties: false,
        properties: { node: nodeNumber, attack: text, hears: { enum: ['at once', 'in time'] } },
      },
    },
    timing: { enum: ['free', 'lockstep'] },
    network: { enum: ['multiset', 'set'] },
    opening: { type: ['string', 'array'], items: openingEvent },
    ignored: { enum: ['kept', 'consumed'] },
    disk: { enum: ['instant', 'asynchronous'] },
    positions: { enum: ['renewed', 'counted'] },
    clock: { enum: ['still', 'deadlines'] },
    draws: { type: 'array', items: { type: 'number', minimum: 0, maximum: 1 } },
    liveness: { type: 'boolean' },
  },
}

/**
 * Checks that data from outside has the shape of a small world. What its names stand for, whoever
 * explores it checks.
 * @throws RangeError that names the place and says what would be right
 */
export function worldFrom(data: unknown): CheckWorld {
  checkShape(data, worldShape, 'the world')
  const world = data as CheckWorld
  const { timeouts, crashes, restarts, losses } = world.bounds ?? {}
  if (typeof timeouts === 'object') {
    for (const [timer, most] of Object.entries(timeouts)) checkBound(`timeouts.${timer}`, most)
  } else checkBound('timeouts', timeouts)
  checkBound('crashes', crashes)
  checkBound('restarts', restarts)
  checkBound('losses', losses)
  for (const [i, { node = 'any' }] of (world.commands ?? []).entries()) {
    if (typeof node === 'string' && node !== 'any' && node !== 'all') {
      throw new RangeError(
        `commands[${i}].node must be a number, any or all, not ${JSON.stringify(node)}`,
      )
    }
  }
  checkOpening(world.opening)
  return { ...world, name: world.name ?? 'a world of its own' }
}

function checkOpening(opening: CheckWorld['opening'] = 'started'): void {
  if (typeof opening === 'string') {
    if (opening === 'started' || opening === 'settled') return
    throw new RangeError(`opening must be started, settled or a list, not '${opening as string}'`)
  }
  for (const [i, event] of opening.entries()) {
    const names = Object.keys(event)
    const kinds = names.filter((name) => Object.hasOwn(openingEvents, name))
    const [kind = ''] = kinds
    const others = names.filter((name) => name !== kind && !openingEvents[kind]?.includes(name))
    const needsNode = kind === 'timeout' && !('node' in event)
    const { settle } = event as { readonly settle?: unknown }
    const { deliver } = event as { readonly deliver?: readonly unknown[] }
    const wrongNodes =
      (typeof settle === 'string' && settle !== 'all') || (deliver && deliver.length !== 2)
    if (kinds.length !== 1 || others.length > 0 || needsNode || wrongNodes) {
      throw new RangeError(
        `opening[${i}] must be such as {timeout: 'election', node: 0}, {put: 0}, {crash: 0}, {restart: 0}, {mine: 0} or {settle: 'all'}, not ${JSON.stringify(event)}`,
      )
    }
  }
}

function checkBound(name: string, most: unknown): void {
  if (most === undefined || most === 'any') return
  if (Number.isSafeInteger(most) && (most as number) >= 0) return
  throw new RangeError(
    `bounds.${name} must be a natural number or any, not ${JSON.stringify(most)}`,
  )
}
