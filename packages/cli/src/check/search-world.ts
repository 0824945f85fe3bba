import { totalmem } from 'node:os'
import {
  bitstate,
  DepthFirst,
  Exploration,
  type ExplorationResult,
  Guided,
  LivenessCheck,
  type LivenessResult,
} from '@quorate/core/explorer'
import type { View } from '@quorate/core/model'
import { type Going, untilInterrupted } from '../until-interrupted.ts'
import { asUsage, type CheckedWorld } from './check-subject.ts'
import { exploreInThreads } from './depth-first-threads.ts'
import { ProgressReport, runLiveness, runSearch, type Search } from './run-search.ts'
import type { SearchChoice } from './search-flags.ts'

/** What a search of one world came to. */
export interface Searched extends Going {
  readonly result: ExplorationResult
  /** Undefined where nothing of the kind was asked, or the search did not get so far. */
  readonly liveness: LivenessResult | undefined
}

/** Of the machine's memory, for the states of a breadth-first search, where nobody says otherwise. */
const usualMemoryShare = 0.5

/** The array of bits of a bitstate search, where nobody says otherwise. */
const usualBitstateBytes = 2 ** 27

/**
 * Searches a world as was chosen, with a live line on stderr. Ctrl-C ends it early.
 * @param subject as it is typed
 * @throws UsageError for a world that cannot be searched like that
 */
export async function searchWorld(
  subject: string,
  world: CheckedWorld,
  choice: SearchChoice,
): Promise<Searched> {
  const { options, name } = world
  switch (choice.name) {
    case 'breadth-first':
      return breadthFirst(world, choice)
    case 'depth-first':
      return depthFirst(subject, world, choice)
    case 'bitstate': {
      const bytes = choice.memoryBytes ?? usualBitstateBytes
      return plainly(
        asUsage(() => bitstate(options, { bytes })),
        name,
      )
    }
    case 'guided': {
      const { seed, steps } = choice
      return plainly(
        asUsage(() => new Guided(options, { seed, steps })),
        name,
      )
    }
  }
}

async function breadthFirst(world: CheckedWorld, choice: SearchChoice): Promise<Searched> {
  const { symmetry, reduction, memoryBytes = Math.floor(totalmem() * usualMemoryShare) } = choice
  const options = { ...world.options, symmetry, reduction, memoryBytes }
  const search = asUsage(() => new Exploration(options))
  const going = await runSearch(search, world.name)
  const result = search.result()
  const isGraph = symmetry === 'none' && reduction === 'none'
  if (!world.goal || !isGraph || !result.complete || going.interrupted) {
    return { ...going, result, liveness: undefined }
  }
  const check = asUsage(
    () => new LivenessCheck(search, world.goal as NonNullable<typeof world.goal>),
  )
  const second = await runLiveness(check, world.name)
  return {
    wallSeconds: going.wallSeconds + second.wallSeconds,
    interrupted: second.interrupted,
    result,
    liveness: second.result,
  }
}

async function plainly(search: Search, name: string): Promise<Searched> {
  const going = await runSearch(search, name)
  return { ...going, result: search.result(), liveness: undefined }
}

/** A world of fewer states is done before threads have begun. */
const fewStates = 50_000
/** More than the fingerprints of so few take. */
const fewBytes = 2 ** 22

async function depthFirst(
  subject: string,
  world: CheckedWorld,
  choice: SearchChoice,
): Promise<Searched> {
  const { threads, memoryBytes } = choice
  // A bound of the memory is kept by the table that threads share.
  if (memoryBytes !== undefined && memoryBytes < fewBytes) return inThreads(subject, world, choice)
  const search = asUsage(() => new DepthFirst(world.options))
  const isForAll = () => search.progress().uniqueStates > fewStates
  const alone = threads === 1 && memoryBytes === undefined
  const going = await runSearch(search, world.name, alone ? undefined : isForAll)
  const isOver = alone || going.interrupted || !isForAll()
  return isOver
    ? { ...going, result: search.result(), liveness: undefined }
    : inThreads(subject, world, choice)
}

async function inThreads(
  protocol: string,
  { data, name, limits = {} }: CheckedWorld,
  { threads, memoryBytes }: SearchChoice,
): Promise<Searched> {
  const report = new ProgressReport(name)
  const { result, ...going } = await untilInterrupted((signal) =>
    exploreInThreads(
      { protocol, world: data as { readonly [name: string]: View } },
      {
        threads,
        signal,
        limits,
        onProgress: (progress) => report.show(progress),
        ...(memoryBytes === undefined ? {} : { maximumBytes: memoryBytes }),
      },
    ),
  )
  report.clear()
  return { ...going, result, liveness: undefined }
}
