/// A web application for servlet containers: [board.Board] is all of it, `WEB-INF/web.xml` names it.
package board;
