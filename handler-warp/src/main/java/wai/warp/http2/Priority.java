package wai.warp.http2;

/// How urgent a response is to the client (RFC 9218 §4).
///
/// @param urgency 0, the most urgent, to 7
/// @param isIncremental whether it is of use piece by piece, so that others of its urgency may come between; true, too,
///     where the client said nothing at all
record Priority(int urgency, boolean isIncremental) {
    /// How many urgencies there are.
    static final int URGENCIES = 8;

    private static final int STANDARD_URGENCY = 3;

    /// Where the client says nothing. RFC 9218 §4.2 has such responses sent one after the other, for browsers, which
    /// say what they want; others expect a share for each of their requests.
    static final Priority UNSAID = new Priority(STANDARD_URGENCY, true);

    /// That of a response which comes behind another one, when both have something to send.
    Priority behind() {
        return new Priority(Math.min(urgency + 1, URGENCIES - 1), isIncremental);
    }

    /// Reads the field `Priority`, or the value of a PRIORITY_UPDATE frame: what is not understood is passed over, and
    /// the last of several counts (RFC 8941 §3.2, RFC 9218 §4).
    static Priority of(String text) {
        int urgency = STANDARD_URGENCY;
        boolean incremental = false;
        for (var member : text.split(",", -1)) {
            int parameters = member.indexOf(';');
            var item = (parameters < 0 ? member : member.substring(0, parameters)).strip();
            switch (item) {
                case "i", "i=?1" -> incremental = true;
                case "i=?0" -> incremental = false;
                default -> {
                    if (item.length() == 3 && item.startsWith("u=") && item.charAt(2) >= '0' && item.charAt(2) <= '7') {
                        urgency = item.charAt(2) - '0';
                    }
                }
            }
        }
        return new Priority(urgency, incremental);
    }
}
