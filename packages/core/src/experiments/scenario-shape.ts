import { checkShape, type JsonShape } from '../model/json-shape.ts'
import { type Scenario, ScenarioError, scenarioSchema } from './scenario.ts'

/**
 * Checks that data from outside (a file, a page's address) has the shape of a scenario, by its JSON Schema.
 * @throws ScenarioError that names the place and says what would be right
 */
export function scenarioFrom(data: unknown): Scenario {
  checkData(data, scenarioSchema as JsonShape, 'the scenario')
  return data as Scenario
}

/**
 * Checks that data from outside has a shape.
 * @param root what the data is
 * @throws ScenarioError that names the place and says what would be right
 */
export function checkData(data: unknown, shape: JsonShape, root: string): void {
  try {
    checkShape(data, shape, root)
  } catch (error) {
    if (error instanceof RangeError) throw new ScenarioError(error.message)
    throw error
  }
}
