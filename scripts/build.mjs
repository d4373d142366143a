import { build } from './lib/build.mjs'
import { readCommand } from './lib/command.mjs'

readCommand({ name: 'run build', description: 'Installs missing dependencies and compiles the packages.' })
process.exitCode = (await build()) ? 0 : 1
