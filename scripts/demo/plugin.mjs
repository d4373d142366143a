import { spawnSync } from 'node:child_process'
import { path } from '../lib/repo.mjs'

const program = path('packages', 'cni-tap', 'bundle', 'main.js')

/** Calls the plugin as a container runtime does: CNI variables in the environment, the configuration on stdin. */
export function call(command, attachment, config) {
  const env = { PATH: process.env.PATH, CNI_COMMAND: command, CNI_PATH: '/opt/cni/bin', ...attachment }
  const { status, stdout, stderr } = spawnSync(process.execPath, [program], { env, input: JSON.stringify(config) })
  if (status !== 0) throw new Error(`${command} failed with exit code ${status}: ${stdout}${stderr}`)
  return stdout.toString()
}
