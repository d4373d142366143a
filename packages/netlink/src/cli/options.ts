import type { Option } from './declaration.js'

/** The option of commands that read from the kernel. */
export const netnsOption = {
  value: 'NETNS',
  help: 'uses this network namespace: a name of /run/netns, or a path',
  completes: 'netns',
} as const satisfies Option
