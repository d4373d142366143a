import { statSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { messageOf } from '../cni/error.js'
import { ifPresent } from './copy.js'
import { programName } from './install.js'

const interval = { milliseconds: 1000 }

/** Returns a text that changes whenever the installed file is replaced, written or deleted. */
function identityOf(file: string): string {
  const status = ifPresent(() => statSync(file))
  return status === undefined ? 'missing' : [status.dev, status.ino, status.mode, status.size, status.ctimeMs].join(' ')
}

/** The folder to keep, and how to do it. */
export interface Watch {
  readonly folder: string
  /** Installs the program if the folder has another one or none. */
  install(): void
  /** Reports a failure. */
  note(text: string): void
  /** Waits for a turn of the event loop. True if a signal asked this process to end. */
  isEnding(): Promise<boolean>
}

/**
 * Looks at the installed file once a second, and installs it again if it was replaced, changed or deleted, until a signal asks this process to
 * end. A failure is reported once, and tried again.
 */
export async function keepInstalled({ folder, install, note, isEnding }: Watch): Promise<void> {
  const target = `${folder}/${programName}`
  let verified: string | undefined
  let reported: string | undefined
  while (!(await isEnding())) {
    try {
      // Before it is verified: what changes meanwhile is noticed the next time, and so is our own copy.
      const found = identityOf(target)
      if (found !== verified) {
        install()
        verified = found
      }
      reported = undefined
    } catch (error) {
      const problem = messageOf(error)
      if (problem !== reported) note(problem)
      reported = problem
    }
    await setTimeout(interval.milliseconds)
  }
}
