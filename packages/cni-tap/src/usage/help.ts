import { keys } from '../cni/config-keys.js'
import { argumentTexts, conventionTexts, keyTexts, runtimeConfigTexts } from '../cni/key-texts.js'

const width = 28

const row = (name: string, text: string) => `  ${name.padEnd(width - 2)}${text}`

const rows = (texts: Readonly<Record<string, { readonly type: string }>>) =>
  Object.entries(texts).map(([name, { type }]) => row(name, type))

/** Returns the text of `tap --help`. */
export function help(): string {
  const own = Object.keys(keys).map((name) => row(name, keyTexts[name as keyof typeof keys].type))
  return `tap: a CNI plugin that creates TAP devices

A container runtime calls it with CNI_COMMAND in the environment. Then it ignores its arguments. Without CNI_COMMAND:

  tap --help                prints this text
  tap --version             prints the version, the build and the supported versions of CNI
  tap config < FILE         checks a configuration or a list of them, and explains each key
                            Exit code: 0 valid, 1 invalid, 2 wrong arguments. Unknown keys do not make it invalid.
  tap install --to DIR [--watch]
                            copies this executable to DIR, a runtime's plugin folder. --watch: keeps it there until SIGTERM.
                            Exit code: 0 done, 1 failed (the old file is unchanged), 2 wrong arguments

Commands (CNI_COMMAND):

  ADD                       creates the device, and prints the result
  CHECK                     compares the device with prevResult and the configuration
  DEL                       removes the device. A second DEL succeeds too
  GC                        removes the devices of attachments that are not valid
  STATUS                    succeeds if an ADD could succeed now
  VERSION                   prints the supported versions of CNI

Environment:

  CNI_CONTAINERID           ID of the container (ADD, CHECK, DEL)
  CNI_NETNS                 path of its network namespace (ADD, CHECK; for DEL it may be missing)
  CNI_IFNAME                name of the device (ADD, CHECK, DEL)
  CNI_PATH                  folders of IPAM plugins, separated by colons (all but VERSION)
  CNI_ARGS                  KEY=value pairs, separated by semicolons
  CNI_NETNS_OVERRIDE        1 or true: CNI_NETNS may be the plugin's own namespace

Call it by hand:

  ip netns add pod
  echo '{ "cniVersion": "1.1.0", "name": "net", "type": "tap" }' > net.json
  export CNI_CONTAINERID=test CNI_NETNS=/run/netns/pod CNI_IFNAME=tap0 CNI_PATH=/opt/cni/bin
  CNI_COMMAND=ADD tap < net.json
  CNI_COMMAND=DEL tap < net.json

Keys of the configuration (tap config explains those in a file):

${own.join('\n')}

Keys of runtimeConfig:

${rows(runtimeConfigTexts).join('\n')}

Keys of args.cni:

${rows(conventionTexts).join('\n')}

Keys of CNI_ARGS:

${rows(argumentTexts).join('\n')}
`
}
