import { onTestFinished } from 'vitest'
import { Supervisor, type SupervisorOptions } from '../supervisor.ts'

/** Timeouts that suit processes on one machine, though it may be slow. */
export const quickRaft = { electionTimeoutMs: 150, electionSpreadMs: 150, heartbeatMs: 30 }

/** Timeouts with which a leader stays one, even if the machine stands still for a second. */
export const steadyRaft = { electionTimeoutMs: 1_500, electionSpreadMs: 500, heartbeatMs: 50 }

/** A cluster that ends with the test. Where the test fails, the logs of the nodes are shown. */
export async function startCluster(options: SupervisorOptions): Promise<Supervisor> {
  const cluster = await Supervisor.start(options)
  onTestFinished(async ({ task }) => {
    if (task.result?.state === 'fail') {
      for (const node of cluster.nodes) process.stderr.write(`node ${node}\n${cluster.logOf(node)}`)
    }
    await cluster.stop()
  })
  return cluster
}
