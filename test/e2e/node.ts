import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { provided } from './environment.js'

/** Folder of a node's plugins, which the manifests name. */
export const nodePlugins = '/opt/cni/bin'

/** Address of the node, which must not be one of lo. */
export const nodeAddress = '10.250.0.1'

/** Settings of the kernel that the kubelet requires, and else changes. They are not those of a namespace. */
const kernelSettings = {
  'vm/overcommit_memory': 1,
  'vm/panic_on_oom': 0,
  'kernel/panic': 10,
  'kernel/panic_on_oops': 1,
  'kernel/keys/root_maxkeys': 1_000_000,
  'kernel/keys/root_maxbytes': 25_000_000,
}

const groups = '/sys/fs/cgroup'

/** Creates the suite's control group in each hierarchy, as the kubelet expects. A cpuset without processors accepts no process. */
function makeControlGroup(): void {
  const name = provided('NETLOOM_CGROUP')
  if (existsSync(join(groups, 'cgroup.controllers'))) mkdirSync(join(groups, name))
  else for (const each of readdirSync(groups)) mkdirSync(join(groups, each, name), { recursive: true })
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    const parent = join(groups, 'cpuset', file)
    if (existsSync(parent)) writeFileSync(join(groups, 'cpuset', name, file), readFileSync(parent))
  }
}

const mount = (...args: string[]) => execFileSync('mount', args)

/**
 * Makes a node of the suite's namespaces: a control group, folders that the kubelet and the manifests name are private, an address, and files in place
 * of settings of the kernel, so that the kubelet leaves this machine's alone.
 */
export function makeNode(): void {
  makeControlGroup()
  const folder = mkdtempSync(join(tmpdir(), 'node-'))
  const place = (name: string) => {
    mkdirSync(join(folder, name))
    return join(folder, name)
  }
  // /opt may contain the program that runs this.
  mount('-t', 'overlay', '-o', `lowerdir=/opt,upperdir=${place('opt')},workdir=${place('work')}`, 'overlay', '/opt')
  mount('-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', '/var/log')
  for (const [name, value] of Object.entries(kernelSettings)) {
    const file = join(folder, name.replaceAll('/', '-'))
    writeFileSync(file, `${value}\n`)
    mount('--bind', file, join('/proc/sys', name))
  }
  execFileSync('ip', ['link', 'add', 'node0', 'type', 'bridge'])
  execFileSync('ip', ['address', 'add', `${nodeAddress}/24`, 'dev', 'node0'])
  execFileSync('ip', ['link', 'set', 'node0', 'up'])
}
