import { checkShape, type JsonShape } from '../model/json-shape.ts'
import { type Scenario, ScenarioError, scenarioSchema } from './scenario.ts'

/**
 * Checks that data from outside (a file, a page's address) has the shape of a scenario, by its JSON Schema.
 * @throws ScenarioError that names the place and says what would be right
 */
export function scenarioFrom(data: unknown): Scenario {
  try {
    checkShape(data, scenarioSchema as JsonShape, 'the scenario')
  } catch (error) {
    if (error instanceof RangeError) throw new ScenarioError(error.message)
    throw error
  }
  return data as Scenario
}
