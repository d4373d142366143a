import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const cache = fileURLToPath(new URL('../../.cache/debian', import.meta.url))

/** Returns the folder of `.cache/` whose name begins so. */
const folderOf = (prefix: string) => join(cache, readdirSync(cache).find((name) => name.startsWith(prefix)) ?? prefix)

/** Loads a module of the guest's kernel with parameters: `radios=2`. */
export const loadModule = (name: string, ...parameters: string[]): void =>
  void execFileSync('modprobe', ['-d', folderOf('linux-6'), name, ...parameters], { stdio: ['ignore', 'pipe', 'pipe'] })

/** Loads modules that `npm run guest` compiles, unless they are loaded. */
function insert(...names: string[]): void {
  for (const name of names.filter((each) => !existsSync(`/sys/module/${each}`)))
    execFileSync('insmod', [join(folderOf('modules-6'), `${name}.ko`)], { stdio: ['ignore', 'pipe', 'pipe'] })
}

/** Loads the driver of simulated network devices with devlink. */
export function loadNetdevsim(): void {
  loadModule('psample')
  insert('netdevsim')
}

/** Loads the driver of simulated network devices of vDPA, whose management device is `vdpasim_net`. */
export function loadVdpaSim(): void {
  loadModule('vhost_iotlb')
  insert('vdpa', 'vringh', 'vdpa_sim', 'vdpa_sim_net')
}

/** Loads the module that lists sockets of XDP. */
export const loadXskDiag = (): void => insert('xsk_diag')
