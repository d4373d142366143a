import { existsSync, readdirSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { modulesOfDist, path } from './repo.mjs'

/**
 * Command that runs a program in its own namespaces: processes, mounts, network, IPC and host name. If this process ends, even by
 * SIGKILL, the kernel ends everything in them, and with it their network devices, mounts and files.
 */
export const sandbox = [
  ['setpriv', '--pdeathsig', 'KILL'],
  ['unshare', '--mount', '--net', '--ipc', '--uts', '--pid', '--fork', '--kill-child', '--mount-proc'],
  ['sh', path('scripts/e2e/inside.sh'), process.execPath, ...modulesOfDist],
].flat()

const prefix = 'netloom-e2e-'

/** Name of the control group for the containers of this process's suites. Control groups outlive namespaces. */
export const controlGroup = `${prefix}${process.pid}`

const groupsRoot = '/sys/fs/cgroup'

/** Roots of the hierarchies: one in version 2, one for each controller in version 1. */
function hierarchies() {
  const children = existsSync(groupsRoot) ? readdirSync(groupsRoot, { withFileTypes: true }) : []
  return [groupsRoot, ...children.filter((each) => each.isDirectory()).map(({ name }) => join(groupsRoot, name))]
}

/** Removes a control group and those in it. Waits for killed processes to end, for at most ten seconds. */
function removeGroup(folder) {
  for (const each of readdirSync(folder, { withFileTypes: true }))
    if (each.isDirectory()) removeGroup(join(folder, each.name))
  for (let tries = 0; ; tries++) {
    try {
      return rmdirSync(folder)
    } catch (error) {
      if (error.code === 'ENOENT') return
      if (error.code !== 'EBUSY' || tries === 100) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100)
    }
  }
}

/** Folders of the control groups that this process and runs that were killed have left. */
function leftGroups() {
  const isOver = (name) => name === controlGroup || !existsSync(`/proc/${name.slice(prefix.length)}`)
  return hierarchies().flatMap((root) =>
    readdirSync(root)
      .filter((name) => name.startsWith(prefix) && isOver(name))
      .map((name) => join(root, name)),
  )
}

/** Removes what suites leave outside of their namespaces, also those of an earlier run that was killed. */
export function sweep() {
  for (const folder of leftGroups()) removeGroup(folder)
}
