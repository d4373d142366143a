const program =
  "import { readFileSync } from 'node:fs'\nprocess.on('exit', () => process.stderr.write(readFileSync('/proc/self/status', 'utf8')))"

/** Options with which Node prints its status on standard error when it ends. */
export const printStatus: readonly string[] = ['--import', `data:text/javascript,${encodeURIComponent(program)}`]

/** Returns the most memory that a process had at once, in KiB, from its printed status. */
export const peakOf = (stderr: string): number => Number(/^VmHWM:\s+(\d+) kB/m.exec(stderr)?.[1])
