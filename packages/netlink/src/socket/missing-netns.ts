import { readdirSync } from 'node:fs'
import { nearest } from '../codec/nearest.js'

/** Returns the file names in a folder; none if it does not exist. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** Returns the path of a named namespace that does not exist, with the nearest name that does. */
export function missingNetns(folder: string, name: string): string {
  const near = nearest(name, namesIn(folder))
  const hint = near === undefined ? '' : ` (did you mean '${near}'?)`
  return `${folder}/${name}, as there is no namespace '${name}' in ${folder}${hint}`
}
