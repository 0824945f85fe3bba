import { Experiment, planOf, type Scenario, ScenarioError } from '@quorate/core/experiments'
import { catalogueData } from './catalogue.ts'
import type { WorkerAnswer, WorkerRequest } from './messages.ts'

/**
 * The browser's host of a run: the simulator and the protocol classes as they are, off the page's
 * thread. How a run is cut into slices does not change it, so its trace hash is the command line's.
 */
declare const self: DedicatedWorkerGlobalScope

/** How long the worker is deaf to the page at a time. */
const sliceMillis = 50
/** Events between two looks at the clock. */
const eventsPerLook = 2_000

interface Running {
  readonly run: number
  stopped: boolean
}

let current: Running | undefined

self.addEventListener('message', ({ data }: MessageEvent<WorkerRequest>) => {
  switch (data.kind) {
    case 'run':
      current = { run: data.run, stopped: false }
      void host(current, data.scenario)
      return
    case 'stop':
      if (current) current.stopped = true
  }
})

tell(catalogueData())

function tell(answer: WorkerAnswer): void {
  self.postMessage(answer)
}

async function host(running: Running, scenario: Scenario): Promise<void> {
  const { run } = running
  try {
    await runToEnd(running, scenario)
  } catch (error) {
    if (error instanceof ScenarioError) tell({ kind: 'refused', run, message: error.message })
    else tell({ kind: 'failed', run, message: String(error) })
  }
}

async function runToEnd(running: Running, scenario: Scenario): Promise<void> {
  const { run } = running
  const experiment = new Experiment(planOf(scenario))
  const started = performance.now()
  let over = false
  while (!over && !running.stopped) {
    over = slice(experiment)
    if (over) break
    tellProgress(run, experiment)
    // Lets the page's messages in.
    await new Promise((resolve) => setTimeout(resolve))
    if (current !== running) return
  }
  tell({
    kind: 'ended',
    run,
    report: experiment.report((performance.now() - started) / 1000),
    stopped: !over,
    narration: experiment.plan.protocol.narrate(experiment.world.alive()),
    latency: experiment.latency.ranges(),
  })
}

/** @returns true once the run is over */
function slice(experiment: Experiment): boolean {
  const until = performance.now() + sliceMillis
  while (performance.now() < until) {
    if (experiment.advance(eventsPerLook)) return true
  }
  return false
}

function tellProgress(run: number, { plan, world, chain, decisions }: Experiment): void {
  const byTime = world.nowMicros / plan.endMicros
  const byDecisions = plan.until === undefined ? 0 : decisions / plan.until
  tell({
    kind: 'progress',
    run,
    virtualSeconds: world.nowMicros / 1_000_000,
    decisions,
    what: chain ? 'blocks' : 'decisions',
    events: world.trace.length,
    share: Math.min(1, Math.max(byTime, byDecisions)),
  })
}
