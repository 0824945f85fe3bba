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
    case 'open':
      current = { run: data.run, stopped: false }
      void open(current, data.file, data.width)
      return
    case 'stop':
      if (current) current.stopped = true
  }
})

tell(catalogueData())

function tell(answer: WorkerAnswer): void {
  self.postMessage(answer)
}

/** What opens files, the explorer among it, is loaded when the first is opened. */
async function open(running: Running, file: ArrayBuffer, width: number): Promise<void> {
  const { run } = running
  try {
    const { openedFile } = await import('./opened-file.ts')
    const content = await openedFile(file, width, (experiment) => runSlices(running, experiment))
    if (current === running) tell({ kind: 'opened', run, ...content })
  } catch (error) {
    const known = error instanceof ScenarioError || error instanceof RangeError
    if (known) tell({ kind: 'refused', run, message: error.message })
    else tell({ kind: 'failed', run, message: String(error) })
  }
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
  const over = await runSlices(running, experiment)
  if (current !== running) return
  tell({
    kind: 'ended',
    run,
    report: experiment.report((performance.now() - started) / 1000),
    stopped: !over,
    narration: experiment.plan.protocol.narrate(experiment.world.alive()),
    latency: experiment.latency.ranges(),
  })
}

/** Goes on to the end, or until it is told to stop. @returns whether the run is over */
async function runSlices(running: Running, experiment: Experiment): Promise<boolean> {
  while (!running.stopped && current === running) {
    if (slice(experiment)) return true
    tellProgress(running.run, experiment)
    // Lets the page's messages in.
    await new Promise((resolve) => setTimeout(resolve))
  }
  return false
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
