import { counted, whole } from '@quorate/core/experiments'
import type { CheckWorld } from '@quorate/core/explorer'

/** A world and its bounds, in words: `3 nodes, 2 writes, up to 2 election timeouts and 1 crash`. */
export function worldText(world: CheckWorld): string {
  const parts = [
    counted(world.nodes, 'node'),
    ...commandWords(world),
    ...twinWords(world),
    ...attackerWords(world),
  ]
  const most = boundWords(world)
  if (most.length > 0) parts.push(`up to ${most.join(', ')}`)
  for (const [field, value] of Object.entries(world.atMost ?? {}))
    parts.push(`${field} up to ${value}`)
  for (const { field, is, nodes } of world.only ?? []) {
    const whose = nodes ? ` of ${nodes.join(', ')}` : ''
    parts.push(`${field}${whose} only ${is.join(' or ')}`)
  }
  if (world.timing === 'lockstep') parts.push('in lockstep')
  if (typeof world.opening === 'object')
    parts.push(`after ${counted(world.opening.length, 'event')}`)
  if (world.disk === 'asynchronous') parts.push('disks that take their time')
  if (world.draws && world.draws.length > 1) parts.push(`draws of ${world.draws.join(' and ')}`)
  const parameters = Object.entries(world.parameters ?? {})
  if (parameters.length > 0)
    parts.push(parameters.map(([name, value]) => `${name}=${value}`).join(', '))
  return parts.join(', ')
}

function commandWords({ commands = [] }: CheckWorld): string[] {
  const writes = commands.filter(({ write }) => write !== undefined).length
  const proposals = commands.length - writes
  return [
    ...(writes > 0 ? [counted(writes, 'write')] : []),
    ...(proposals > 0 ? [counted(proposals, 'proposal')] : []),
  ]
}

function twinWords({ twins = [] }: CheckWorld): string[] {
  return twins.map(({ node, second, hears = 'in time' }) => {
    const when = hears === 'at once' ? ', hears at once' : ''
    return `twin ${node} (${second.join(', ')} see the second copy${when})`
  })
}

function attackerWords({ attackers = [] }: CheckWorld): string[] {
  return attackers.map(({ node, attack, hears = 'in time' }) => {
    const when = hears === 'at once' ? ', hears at once' : ''
    return `attacker ${node} (${attack}${when})`
  })
}

function boundWords({ bounds = {} }: CheckWorld): string[] {
  const { timeouts = 0, crashes, losses, duplications, blocks, depth, states } = bounds
  const most = (bound: number | 'any' | undefined, one: string, many = `${one}s`): string[] => {
    if (bound === undefined || bound === 0) return []
    if (bound === 'any') return [`any number of ${many}`]
    return [`${whole(bound)} ${bound === 1 ? one : many}`]
  }
  const perTimer = typeof timeouts === 'object' ? Object.entries(timeouts) : []
  return [
    ...(typeof timeouts === 'object' ? [] : most(timeouts, 'timeout')),
    ...perTimer.flatMap(([timer, bound]) => most(bound, `${timer} timeout`)),
    ...most(crashes, 'crash', 'crashes'),
    ...most(losses, 'loss', 'losses'),
    ...most(duplications, 'duplication'),
    ...most(blocks, 'block'),
    ...most(depth, 'event'),
    ...most(states, 'state'),
  ]
}
