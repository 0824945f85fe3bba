import type { NodeId } from '../../model/index.ts'
import type { Fault, FaultAction, Target } from './fault.ts'
import {
  formatDuration,
  formatShare,
  parseDuration,
  parseFactor,
  parseShare,
  parseSignedDuration,
} from './units.ts'

/** What each kind of fault looks like, for help and for errors. */
export const faultForms: { readonly [kind: string]: string } = {
  crash: 'crash:TARGET@5s+3s',
  restart: 'restart:TARGET@5s',
  pause: 'pause:TARGET@5s+1s',
  partition: 'partition:0,1|2,3,4@10s+5s',
  cut: 'cut:0,1>2@10s+5s',
  isolate: 'isolate:TARGET@5s+3s',
  loss: 'loss:5%@0s',
  duplicate: 'duplicate:5%@0s',
  reorder: 'reorder:5%@0s',
  delay: 'delay:50ms@5s+5s',
  slow: 'slow:TARGET:10x@5s+5s',
  clock: 'clock:TARGET:+500ms@5s',
  drift: 'drift:TARGET:200ppm@5s',
  'disk-slow': 'disk-slow:TARGET:10x@5s+5s',
  'disk-lies': 'disk-lies:TARGET@5s',
  'disk-loss': 'disk-loss:TARGET@5s+1s',
  'disk-corrupt': 'disk-corrupt:TARGET@5s',
  heal: 'heal@20s',
}

/** What a fault can be aimed at, for help and for errors. */
const targetForms =
  'node numbers such as 0,2, a role such as leader, quorum, minority, all or random'

/**
 * Reads one fault as it is written on the command line and in scenarios: a kind, what it needs, `@` when, `+` for how long.
 * @param nodes how many nodes there are
 * @param roles the roles of the protocol, which may be targets
 * @throws RangeError with one line that says what is wrong, where, and what would be right
 */
export function parseFault(spec: string, nodes: number, roles: readonly string[]): Fault {
  try {
    const match = /^([a-z-]+)(?::([^@]*))?@([^@+]+)(?:\+(.+))?$/.exec(spec)
    const named = match?.[1] ?? spec.split(/[:@]/)[0] ?? ''
    const form = Object.hasOwn(faultForms, named) ? faultForms[named] : undefined
    if (!match) {
      throw new RangeError(
        form
          ? `write it like ${form}`
          : `write it like ${faultForms.crash} or ${faultForms.partition}`,
      )
    }
    const [, kind, what, at, duration] = match
    if (!form)
      throw new RangeError(
        `unknown kind '${kind}': the kinds are ${Object.keys(faultForms).join(', ')}`,
      )
    const action = parseAction(kind as string, what ?? '', nodes, roles, form)
    if (duration !== undefined && (action.kind === 'restart' || action.kind === 'heal'))
      throw new RangeError(`a ${action.kind} does not last: write it like ${form}`)
    return {
      action,
      atMicros: parseDuration(at as string),
      forMicros: duration === undefined ? undefined : parseDuration(duration),
    }
  } catch (error) {
    throw new RangeError(
      `fault '${spec}': ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

function parseAction(
  kind: string,
  what: string,
  nodes: number,
  roles: readonly string[],
  form: string,
): FaultAction {
  const target = (text: string): Target => parseTarget(text, nodes, roles)
  const [first = '', second = '', ...more] = what.split(':')
  if (more.length > 0 || (kind === 'heal' && what !== ''))
    throw new RangeError(`write it like ${form}`)
  switch (kind) {
    case 'crash':
    case 'restart':
    case 'pause':
    case 'isolate':
    case 'disk-lies':
    case 'disk-loss':
    case 'disk-corrupt':
      return { kind, target: target(what) }
    case 'partition':
      return { kind, groups: parseGroups(what, nodes) }
    case 'cut': {
      const [from, to, extra] = what.split('>')
      if (!from || !to || extra !== undefined) throw new RangeError(`write it like ${form}`)
      return { kind, from: parseNodes(from, nodes), to: parseNodes(to, nodes) }
    }
    case 'loss':
    case 'duplicate':
    case 'reorder':
      return { kind, probability: parseShare(what) }
    case 'delay':
      return { kind, extraMicros: parseDuration(what) }
    case 'slow':
    case 'disk-slow':
      return { kind, target: target(first), factor: parseFactor(second) }
    case 'clock':
      return { kind, target: target(first), jumpMicros: parseSignedDuration(second) }
    case 'drift': {
      const ppm = /^([+-]?\d+)ppm$/.exec(second)
      if (!ppm) throw new RangeError(`'${second}' is not a drift: write it like 200ppm`)
      return { kind, target: target(first), ppm: Number(ppm[1]) }
    }
    case 'heal':
      return { kind }
    default:
      throw new RangeError(`unknown kind '${kind}'`)
  }
}

function parseTarget(text: string, nodes: number, roles: readonly string[]): Target {
  if (/^[\d,]+$/.test(text)) return { kind: 'nodes', nodes: parseNodes(text, nodes) }
  if (text === 'majority' || text === 'minority' || text === 'all' || text === 'random')
    return { kind: text }
  // A majority is a quorum of every protocol whose quorums are counted.
  if (text === 'quorum') return { kind: 'majority' }
  if (roles.includes(text)) return { kind: 'role', role: text }
  throw new RangeError(
    `'${text}' is no target: name ${targetForms}${roles.length > 0 ? ` (the roles are ${roles.join(', ')})` : ''}`,
  )
}

function parseNodes(text: string, nodes: number): NodeId[] {
  const numbers = text.split(',').map((part) => {
    const node = Number(part)
    if (!/^\d+$/.test(part))
      throw new RangeError(`'${part}' is not a node: the nodes are 0 to ${nodes - 1}`)
    if (node >= nodes)
      throw new RangeError(`there is no node ${node}: the nodes are 0 to ${nodes - 1}`)
    return node
  })
  const twice = numbers.find((node, place) => numbers.indexOf(node) !== place)
  if (twice !== undefined) throw new RangeError(`node ${twice} is named twice`)
  return numbers
}

function parseGroups(text: string, nodes: number): NodeId[][] {
  const groups = text.split('|').map((group) => parseNodes(group, nodes))
  if (groups.length < 2)
    throw new RangeError(
      `a partition has two groups or more: write it like ${faultForms.partition}`,
    )
  const seen = new Set<NodeId>()
  for (const node of groups.flat()) {
    if (seen.has(node))
      throw new RangeError(
        `node ${node} is in two groups: the groups of a partition must not overlap`,
      )
    seen.add(node)
  }
  return groups
}

/** Writes a fault as `parseFault` reads it. */
export function formatFault(fault: Fault): string {
  const when = `@${formatDuration(fault.atMicros)}`
  const duration = fault.forMicros === undefined ? '' : `+${formatDuration(fault.forMicros)}`
  const what = formatSubject(fault.action)
  return `${fault.action.kind}${what === '' ? '' : `:${what}`}${when}${duration}`
}

function formatSubject(action: FaultAction): string {
  switch (action.kind) {
    case 'partition':
      return action.groups.map((group) => group.join(',')).join('|')
    case 'cut':
      return `${action.from.join(',')}>${action.to.join(',')}`
    case 'loss':
    case 'duplicate':
    case 'reorder':
      return formatShare(action.probability)
    case 'delay':
      return formatDuration(action.extraMicros)
    case 'slow':
    case 'disk-slow':
      return `${formatTarget(action.target)}:${action.factor}x`
    case 'clock':
      return `${formatTarget(action.target)}:${action.jumpMicros < 0 ? '' : '+'}${formatDuration(action.jumpMicros)}`
    case 'drift':
      return `${formatTarget(action.target)}:${action.ppm}ppm`
    case 'heal':
      return ''
    default:
      return formatTarget(action.target)
  }
}

function formatTarget(target: Target): string {
  switch (target.kind) {
    case 'nodes':
      return target.nodes.join(',')
    case 'role':
      return target.role
    default:
      return target.kind
  }
}
