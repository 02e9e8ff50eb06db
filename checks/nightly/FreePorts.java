import java.net.InetAddress;
import java.net.ServerSocket;

/// Prints as many free ports of this machine as are asked for, for programs that cannot choose one themselves.
public final class FreePorts {
    private FreePorts() {}

    public static void main(String[] arguments) throws Exception {
        var sockets = new ServerSocket[Integer.parseInt(arguments[0])];
        for (int i = 0; i < sockets.length; i++) {
            sockets[i] = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        }
        for (var socket : sockets) {
            System.out.println(socket.getLocalPort());
            socket.close();
        }
    }
}
