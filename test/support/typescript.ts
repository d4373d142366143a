// @ts-expect-error: a script without types
import { modulesOfDist } from '../../scripts/lib/repo.mjs'

/** Arguments of Node for a TypeScript program. The tests themselves are compiled before they run. */
export const typescript: readonly string[] = modulesOfDist
