package wai.tck.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import wai.Capability;
import wai.spi.Rule;
import wai.tck.report.CaseOutcome.Kind;
import wai.tck.report.MatrixCell.State;

/// The results of several handlers as one HTML page: a row per rule, a column per handler.
///
/// The page is one file, fetches nothing, and can be read without script, which only filters. Every text of a result is
/// escaped.
public final class MatrixPage {
    /// From so many handlers on their names stand upright.
    private static final int MANY = 7;

    private final List<HandlerReport> reports;
    private final Legend legend;
    private final Markup html = new Markup();

    private MatrixPage(List<HandlerReport> reports, Legend legend) {
        this.reports = reports;
        this.legend = legend;
    }

    /// The page of these results, with the handlers in this order.
    public static String of(List<HandlerReport> reports, Legend legend) {
        var page = new MatrixPage(List.copyOf(reports), legend);
        page.write();
        return page.html.toString();
    }

    private void write() {
        html.raw("""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>The WAI contract: rules and handlers</title>
            <style>
            """).raw(resource("matrix.css")).raw("</style>\n</head>\n<body>\n");
        introduction();
        html.raw("<table>\n<thead>\n");
        head();
        html.raw("</thead>\n");
        for (var section : Rule.Section.values()) {
            chapter(section);
        }
        capabilities();
        departures();
        html.raw("</table>\n<script>\n").raw(resource("matrix.js")).raw("</script>\n</body>\n</html>\n");
    }

    private void introduction() {
        int cases = reports.stream().mapToInt(each -> each.cases().size()).max().orElse(0);
        html.raw("<header>\n<h1>Who keeps the contract</h1>\n<p>")
                .raw(counted(reports.size(), "handler"))
                .raw(", " + counted(Rule.values().length, "rule") + ", " + counted(cases, "case"))
                .raw(". A row is a rule, a column a handler; open a cell to see its cases.</p>\n<ul class=\"legend\">");
        for (var state : List.of(State.OK, State.PART, State.NOT_SUPPORTED, State.FAILED)) {
            html.raw("<li><b class=\"" + state.style + "\">" + state.sign + "</b> " + state.meaning + "</li>");
        }
        html.raw("</ul>\n").raw(resource("filter.html")).raw("</header>\n");
    }

    private void head() {
        html.raw("<tr" + (reports.size() >= MANY ? " class=\"many\"" : "") + "><th class=\"rule\">Rule</th>");
        for (var report : reports) {
            boolean red = report.count(Kind.FAILED) > 0;
            html.raw("<th scope=\"col\" class=\"handler " + (red ? "fail" : "ok") + "\" title=\"")
                    .text(report.summary())
                    .raw("\"><span class=\"name\">")
                    .text(report.handler())
                    .raw("</span><span class=\"sum\">" + report.count(Kind.PASSED))
                    .raw(red ? " <b>" + report.count(Kind.FAILED) + " ✗</b>" : "")
                    .raw("</span></th>");
        }
        html.raw("</tr>\n");
    }

    private void capabilities() {
        beginChapter("Capabilities", "what not every handler can do", "facts");
        for (var capability : Capability.values()) {
            beginRow(capability.name(), "", capability.text());
            for (var report : reports) {
                boolean can = report.capabilities().contains(capability.name());
                var state = can ? State.OK : State.NOT_SUPPORTED;
                beginCell(state, can ? "declared" : "not declared", "");
                html.raw("<p>")
                        .text(can ? "Declared: the cases that need it run." : "Not declared. " + capability.fallback())
                        .raw("</p>");
                endCell();
            }
            html.raw("</tr>\n");
        }
        html.raw("</tbody>\n");
    }

    private void departures() {
        var names = new TreeSet<String>();
        reports.forEach(report -> names.addAll(report.departures().keySet()));
        if (names.isEmpty()) {
            return;
        }
        beginChapter(
                "Departures", "what somebody in front of a handler does otherwise, declared with a reason", "facts");
        for (var name : names) {
            beginRow(name, "", legend.departures().getOrDefault(name, ""));
            for (var report : reports) {
                var reason = report.departures().get(name);
                if (reason == null) {
                    html.raw("<td class=\"none\"></td>");
                } else {
                    beginCell(State.PART, reason, "");
                    html.raw("<p>").text(reason).raw("</p>");
                    endCell();
                }
            }
            html.raw("</tr>\n");
        }
        html.raw("</tbody>\n");
    }

    private void chapter(Rule.Section section) {
        beginChapter(section.title(), "", "");
        Arrays.stream(Rule.values()).filter(rule -> rule.section() == section).forEach(rule -> {
            beginRow(rule.id(), rule.level().name(), rule.text());
            var reason = legend.uncovered().get(rule.id());
            if (reason == null) {
                reports.forEach(report -> cell(MatrixCell.of(report, rule.id())));
            } else {
                html.raw("<td class=\"uncovered\" colspan=\"" + reports.size() + "\">no case: ")
                        .text(reason)
                        .raw("</td>");
            }
            html.raw("</tr>\n");
        });
        html.raw("</tbody>\n");
    }

    private void beginChapter(String title, String remark, String style) {
        html.raw("<tbody" + (style.isEmpty() ? "" : " class=\"" + style + "\"")
                        + "><tr class=\"chapter\"><th colspan=\"")
                .raw(reports.size() + 1 + "\"><span>")
                .text(title)
                .raw("</span>");
        if (!remark.isEmpty()) {
            html.raw(" <small>").text(remark).raw("</small>");
        }
        html.raw("</th></tr>\n");
    }

    private void beginRow(String id, String level, String text) {
        html.raw("<tr data-level=\"" + level + "\"><th scope=\"row\" class=\"rule\"><code>")
                .text(id)
                .raw("</code>")
                .raw(level.isEmpty() ? "" : " <em class=\"" + level + "\">" + level + "</em>")
                .raw("<p>")
                .text(text)
                .raw("</p></th>");
    }

    private void cell(MatrixCell cell) {
        var state = cell.state();
        if (state == State.UNKNOWN) {
            html.raw("<td class=\"none\" title=\"not run\"></td>");
            return;
        }
        beginCell(
                state,
                cell.tip(),
                cell.cases().size() > 1 ? Integer.toString(cell.cases().size()) : "");
        html.raw("<ul>");
        for (var each : failuresFirst(cell.cases())) {
            html.raw("<li class=\"" + MatrixCell.state(each).style + "\"><b>" + MatrixCell.sign(each) + "</b> ")
                    .text(each.name());
            if (each.kind() == Kind.FAILED) {
                html.raw("<pre>").text(each.detail()).raw("</pre>");
            } else if (!each.detail().isEmpty()) {
                html.raw("<small>").text(each.detail()).raw("</small>");
            }
            html.raw("</li>");
        }
        html.raw("</ul>");
        endCell();
    }

    private void beginCell(State state, String tip, String count) {
        html.raw("<td class=\"" + state.style + "\"><details name=\"cell\"><summary title=\"")
                .text(tip)
                .raw("\">" + state.sign + (count.isEmpty() ? "" : "<small>" + count + "</small>"))
                .raw("</summary><div class=\"cases\">");
    }

    private void endCell() {
        html.raw("</div></details></td>");
    }

    private static List<CaseOutcome> failuresFirst(List<CaseOutcome> cases) {
        var sorted = new ArrayList<>(cases);
        sorted.sort((a, b) -> b.kind().compareTo(a.kind()));
        return sorted;
    }

    private static String counted(int count, String thing) {
        return count + " " + thing + (count == 1 ? "" : "s");
    }

    private static String resource(String name) {
        try (var in = Objects.requireNonNull(MatrixPage.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
