"""Names on the command line: of servers, of workloads."""

import peers


def add_peers(parser, default):
    """Adds --peers; what it says becomes peers by chosen_peers."""
    parser.add_argument('--peers', metavar='A,B', default=default,
                        help=f'which servers, or "all" (default: %(default)s); there are: {", ".join(peers.PEERS)}')


def chosen_peers(parser, options):
    return choose(parser, 'server', options.peers, peers.PEERS)


def choose(parser, what, names, known):
    """What the names stand for; ends the program when one is unknown."""
    if names == 'all':
        return list(known.values())
    unknown = [name for name in names.split(',') if name not in known]
    if unknown:
        parser.error(f'no {what} {", ".join(unknown)}; there are: {", ".join(known)}')
    return [known[name] for name in names.split(',')]
