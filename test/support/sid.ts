import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Returns a folder of Debian sid's packages that an earlier `npm test` unpacked into .cache/, or undefined. */
function unpacked(name: string): string | undefined {
  const folder = fileURLToPath(new URL(`../../.cache/sid/usr/${name}`, import.meta.url))
  return existsSync(folder) ? folder : undefined
}

/** Folder of the IPAM plugins `host-local` and `static`. `npm test` sets the variable. */
export const ipamPlugins = process.env.NETLOOM_CNI_PLUGINS ?? unpacked('lib/cni')

/** Folder of the headers of a current kernel. `npm test` sets the variable. */
export const kernelHeaders = process.env.NETLOOM_KERNEL_HEADERS ?? unpacked('include')
