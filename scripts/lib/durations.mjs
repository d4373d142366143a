import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { path } from './repo.mjs'

/** Durations of the last run on this machine. */
const here = path('.cache', 'test-durations.json')

/** Durations for first runs, measured on two idle cores. */
const defaults = path('scripts', 'lib', 'test-durations.json')

/** Default for a test file without a known duration, in seconds. */
const usual = 3

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return {}
  }
}

/** Returns seconds by test file; `isOwn` is true if they were measured on this machine. */
export function knownDurations() {
  const own = read(here)
  return { seconds: { ...read(defaults), ...own }, isOwn: Object.keys(own).length > 0 }
}

const write = (file, seconds) => {
  mkdirSync(dirname(file), { recursive: true })
  const sorted = Object.entries(seconds).sort(([a], [b]) => (a < b ? -1 : 1))
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`)
}

/** Keeps the durations of the files that passed. With `isForAll`, they replace the durations for first runs. */
export function keepDurations(results, { isForAll }) {
  const passed = results.filter(({ failed }) => failed === 0)
  const seconds = Object.fromEntries(passed.map(({ file, seconds }) => [file, Math.round(seconds * 10) / 10]))
  write(here, { ...read(here), ...seconds })
  if (isForAll) write(defaults, seconds)
}

/** Returns the files with the longest first, so that the last ones end together, and the seconds that all of them take. */
export function planned(files, atOnce, { seconds, isOwn } = knownDurations()) {
  const of = (file) => seconds[file] ?? usual
  const ordered = [...files].sort((a, b) => of(b) - of(a))
  const sum = ordered.reduce((total, file) => total + of(file), 0)
  return { files: ordered, seconds: Math.max(sum / atOnce, ...ordered.map(of)), isOwn }
}

/** Returns a rounded text: `40 seconds`, `6 minutes`. */
export const inMinutes = (seconds) =>
  seconds < 90 ? `${Math.max(5, Math.ceil(seconds / 5) * 5)} seconds` : `${Math.ceil(seconds / 60)} minutes`
