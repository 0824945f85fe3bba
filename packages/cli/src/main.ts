import { Command } from 'commander'

const program = new Command('quorate')
  .description('Distributed consensus that you can run, break, check and deploy.')
  .showHelpAfterError()

await program.parseAsync()
