import { halved, measuredLatencies } from './latency.ts'
import type { NetworkProfile, Placement, Topology } from './profile.ts'

/** The share of an average latency that varies, where a file does not say. */
const usualJitter = 0.05

/** What a network file may contain, and what it means. */
const keys = {
  name: 'text',
  what: 'text, ignored',
  source: 'text, ignored',
  unit: 'text, ignored',
  regions: 'names',
  roundTripMs: 'milliseconds from each region (row) to each (column); 0 within one zone',
  oneWayLatencyMs: 'the same one way, instead',
  jitter: 'the share of a latency that varies',
  uploadBitsPerSecond: 'of a node, for each region',
  downloadBitsPerSecond: 'of a node, for each region',
  nodeShare: 'of each region; without it nodes take the regions in turn',
  outboundDegreeCumulative:
    'share of nodes that open at most 1, 2, ... links; without it all are linked',
  ordered: 'whether the messages of a link arrive in order; true without it',
} as const

type NetworkFile = { readonly [key in keyof typeof keys]?: unknown }

/**
 * A network described by a JSON document: `regions` and `roundTripMs` or `oneWayLatencyMs`, and
 * whatever else of `keys`.
 * @throws RangeError: one line that says what is wrong, where, and what would be right
 */
export function parseNetwork(json: unknown): NetworkProfile {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new RangeError(`the network file must be an object with 'regions' and 'roundTripMs'`)
  }
  for (const key of Object.keys(json)) {
    if (!Object.hasOwn(keys, key)) {
      const known = Object.keys(keys).join(', ')
      throw new RangeError(`unknown key '${key}' in the network file: the keys are ${known}`)
    }
  }
  const file = json as NetworkFile
  const regions = namesOf(file.regions)
  const { jitter = usualJitter, ordered = true, name = 'file' } = file
  check(isNumber(jitter, 0, 1), 'jitter', jitter, 'a number from 0 to 1')
  check(typeof ordered === 'boolean', 'ordered', ordered, 'true or false')
  check(typeof name === 'string', 'name', name, 'a text')
  return {
    name,
    summary: `${regions.length} regions, from a file`,
    regions,
    latency: measuredLatencies(oneWayMs(file, regions.length), jitter),
    uploadBitsPerSecond: bandwidths(file, 'uploadBitsPerSecond', regions.length),
    downloadBitsPerSecond: bandwidths(file, 'downloadBitsPerSecond', regions.length),
    placement: placementOf(file, regions.length),
    topology: topologyOf(file),
    ordered,
  }
}

function namesOf(regions: unknown): readonly string[] {
  const named = Array.isArray(regions) && regions.every((name) => typeof name === 'string')
  check(named && regions.length > 0, 'regions', regions, 'a list of at least one name')
  return regions
}

function oneWayMs(file: NetworkFile, regions: number): readonly (readonly number[])[] {
  const { roundTripMs, oneWayLatencyMs } = file
  if ((roundTripMs === undefined) === (oneWayLatencyMs === undefined)) {
    const both = roundTripMs === undefined ? 'neither' : 'both'
    throw new RangeError(
      `the network file has ${both} of 'roundTripMs' and 'oneWayLatencyMs': give one of them`,
    )
  }
  if (roundTripMs !== undefined) return halved(matrix(roundTripMs, 'roundTripMs', regions))
  return matrix(oneWayLatencyMs, 'oneWayLatencyMs', regions)
}

function matrix(rows: unknown, place: string, regions: number): number[][] {
  check(Array.isArray(rows), place, rows, `a list of ${regions} lists`)
  checkLength(rows, place, regions)
  return rows.map((row, from) => numbers(row, `${place}[${from}]`, regions, 0, 'from 0'))
}

function bandwidths(
  file: NetworkFile,
  key: 'uploadBitsPerSecond' | 'downloadBitsPerSecond',
  regions: number,
): readonly number[] {
  const given = file[key]
  if (given === undefined) return new Array<number>(regions).fill(Number.POSITIVE_INFINITY)
  return numbers(given, key, regions, 1, 'of at least 1')
}

function placementOf(file: NetworkFile, regions: number): Placement {
  if (file.nodeShare === undefined) return { kind: 'roundRobin' }
  const shares = numbers(file.nodeShare, 'nodeShare', regions, 0, 'from 0')
  const sum = shares.reduce((total, share) => total + share, 0)
  check(Math.abs(sum - 1) < 0.001, 'the sum of nodeShare', sum, '1')
  return { kind: 'shares', shares }
}

function topologyOf(file: NetworkFile): Topology {
  const given = file.outboundDegreeCumulative
  if (given === undefined) return { kind: 'mesh' }
  const place = 'outboundDegreeCumulative'
  check(Array.isArray(given) && given.length > 0, place, given, 'a list of numbers that rise to 1')
  const cumulative = numbers(given, place, given.length, 0, 'from 0')
  const rising = cumulative.every((share, i) => i === 0 || share >= (cumulative[i - 1] as number))
  check(rising && cumulative.at(-1) === 1, place, given, 'a list of numbers that rise to 1')
  return { kind: 'peers', outboundDegreeCumulative: cumulative }
}

function numbers(
  list: unknown,
  place: string,
  length: number,
  least: number,
  range: string,
): number[] {
  check(Array.isArray(list), place, list, `a list of ${length} numbers`)
  checkLength(list, place, length)
  list.forEach((number: unknown, i) => {
    check(isNumber(number, least), `${place}[${i}]`, number, `a number ${range}`)
  })
  return list
}

function isNumber(value: unknown, least: number, most: number = Number.MAX_VALUE): value is number {
  return typeof value === 'number' && value >= least && value <= most
}

function checkLength(list: readonly unknown[], place: string, length: number): void {
  if (list.length === length) return
  throw new RangeError(`'${place}' of the network file has ${list.length} elements: give ${length}`)
}

function check(right: boolean, place: string, value: unknown, wanted: string): asserts right {
  if (right) return
  const shown = JSON.stringify(value) ?? 'missing'
  const short = shown.length > 60 ? `${shown.slice(0, 57)}...` : shown
  throw new RangeError(`'${place}' of the network file is ${short}: it must be ${wanted}`)
}
