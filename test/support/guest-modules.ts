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

/** Loads the module netdevsim, which `npm run guest` compiles, unless another test file has loaded it. */
export function loadNetdevsim(): void {
  if (existsSync('/sys/module/netdevsim')) return
  loadModule('psample')
  execFileSync('insmod', [join(folderOf('netdevsim-6'), 'netdevsim.ko')], { stdio: ['ignore', 'pipe', 'pipe'] })
}
